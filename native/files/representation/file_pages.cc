#include "native/files/representation/file_pages.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace fastserve::files {
namespace {

constexpr size_t kReadBytes = 65536;

// Whether the byte at `offset` can be read at once. The end of the file can: there is nothing to wait for.
bool IsPresent(int fd, uint64_t offset) {
  char byte;
  const iovec room{&byte, 1};
  ssize_t got;
  do {
    got = ::preadv2(fd, &room, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  } while (got < 0 && errno == EINTR);
  // Other errors are the sender's to meet: they come at once, too.
  return got >= 0 || (errno != EAGAIN && errno != EOPNOTSUPP);
}

}  // namespace

uint64_t FilePages::Probe(uint64_t offset, uint64_t end) const {
  uint64_t at = offset;
  while (at < end && IsPresent(fd_, at)) at = std::min(end, at - at % kProbeBytes + kProbeBytes);
  if (at == end && !IsPresent(fd_, end - 1)) at = std::max(offset, end - 1 - (end - 1) % kProbeBytes);
  return at - offset;
}

FilePages::Trusted& FilePages::PlaceOf(uint64_t piece) {
  if (piece == 0) return first_;
  if (others_ == nullptr) others_ = std::make_unique<Trusted[]>(kMostTrusted);
  return others_[piece % kMostTrusted];
}

bool FilePages::Trusts(uint64_t piece) {
  if (piece > 0 && others_ == nullptr) return false;
  const Trusted& place = PlaceOf(piece);
  return place.piece == piece && *now_ms_ < place.until_ms;
}

uint64_t FilePages::Present(uint64_t offset, uint64_t length) {
  uint64_t at = offset;
  while (at < offset + length && Trusts(at / kPieceBytes)) at = (at / kPieceBytes + 1) * kPieceBytes;
  if (at > offset) return std::min(length, at - offset);
  if (length <= kAloneBytes && size_bytes_ > kAloneBytes) return Probe(offset, offset + length);
  const uint64_t piece = offset / kPieceBytes;
  const uint64_t begin = piece * kPieceBytes;
  const uint64_t end = std::min(begin + kPieceBytes, size_bytes_);
  if (end <= offset || Probe(begin, end) < end - begin) return Probe(offset, std::min(offset + length, begin + kPieceBytes));
  PlaceOf(piece) = {piece, *now_ms_ + kTrustMs};
  return std::min(length, end - offset);
}

void ReadPages(int fd, uint64_t offset, uint64_t length) {
  const auto scratch = std::make_unique_for_overwrite<char[]>(kReadBytes);
  for (const uint64_t end = offset + length; offset < end;) {
    const ssize_t got = ::pread(fd, scratch.get(), std::min<uint64_t>(kReadBytes, end - offset), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    offset += static_cast<uint64_t>(got);
  }
}

}  // namespace fastserve::files
