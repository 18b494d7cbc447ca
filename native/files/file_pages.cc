#include "native/files/file_pages.h"

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

uint64_t FilePages::Present(uint64_t offset, uint64_t length) {
  if (*now_ms_ < whole_until_ms_) return length;
  const uint64_t end = offset + std::min(length, kMostProbedBytes);
  uint64_t at = offset;
  while (at < end && IsPresent(fd_, at)) at = std::min(end, at - at % kProbeBytes + kProbeBytes);
  if (at == end && !IsPresent(fd_, end - 1)) at = std::max(offset, end - 1 - (end - 1) % kProbeBytes);
  if (offset == 0 && at >= size_bytes_) whole_until_ms_ = *now_ms_ + kTrustMs;
  return at - offset;
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
