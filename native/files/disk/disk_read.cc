#include "native/files/disk/disk_read.h"

#include <sys/uio.h>

#include <cerrno>
#include <tuple>
#include <utility>

#include "native/files/mount.h"
#include "native/files/names/file_name.h"
#include "native/files/names/precompressed.h"

namespace fastserve::files {
namespace {

constexpr int kReadAttempts = 3;  // a file that is being written settles, or is served from its descriptor

// Reads `size` bytes from offset 0; fewer when the file is shorter by now.
OpenStatus ReadContent(int fd, uint64_t size, bool waits, std::string* content) {
  content->resize(size);
  size_t length = 0;
  while (length < size) {
    const iovec room{content->data() + length, size - length};
    const ssize_t got = ::preadv2(fd, &room, 1, static_cast<off_t>(length), waits ? 0 : RWF_NOWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return !waits && (errno == EAGAIN || errno == EOPNOTSUPP) ? OpenStatus::kWouldBlock : OpenStatus::kFailed;
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  content->resize(length);
  return OpenStatus::kOpened;
}

bool IsOlder(const FileStamp& a, const FileStamp& b) {
  return std::tie(a.modified_seconds, a.modified_nanoseconds) < std::tie(b.modified_seconds, b.modified_nanoseconds);
}

FileRead OpenAndRead(const Mount& mount, const std::string& name, size_t memory_limit_bytes, Patience patience) {
  FileRead read;
  base::UniqueFd fd;
  read.status = OpenBeneath(mount.root_fd.get(), name.c_str(), &fd, &read.stamp, patience);
  if (read.status != OpenStatus::kOpened) return read;
  return ReadFile(std::move(fd), read.stamp, memory_limit_bytes, patience.waits);
}

SiblingRead ReadSibling(const Mount& mount, const std::string& name, const FileStamp& source, size_t memory_limit_bytes,
                        Patience patience) {
  SiblingRead sibling;
  if (!IsServableName(name, mount.dotfiles)) return sibling;
  sibling.read.status = StampOfWhatIsThere(mount, name, patience, &sibling.stamp);
  if (sibling.read.status == OpenStatus::kWouldBlock) return sibling;
  sibling.read.status = OpenStatus::kNotFound;
  if (sibling.stamp == FileStamp() || IsOlder(sibling.stamp, source)) return sibling;
  sibling.read = OpenAndRead(mount, name, memory_limit_bytes, patience);
  if (sibling.read.status == OpenStatus::kOpened) sibling.stamp = sibling.read.stamp;
  // The zeros make the next look try again.
  if (!IsLasting(sibling.read.status)) sibling.stamp = FileStamp();
  return sibling;
}

void DropOlderSiblings(NameRead* name) {
  for (SiblingRead& sibling : name->siblings) {
    if (sibling.read.status == OpenStatus::kOpened && IsOlder(sibling.stamp, name->source.stamp)) sibling.read = FileRead();
  }
}

}  // namespace

FileRead ReadFile(base::UniqueFd fd, const FileStamp& stamp, size_t memory_limit_bytes, bool waits) {
  FileRead read;
  read.status = OpenStatus::kOpened;
  read.stamp = stamp;
  for (int attempt = 0; attempt < kReadAttempts && read.stamp.size <= memory_limit_bytes; ++attempt) {
    const FileStamp before = read.stamp;
    auto content = std::make_shared<std::string>();
    read.status = ReadContent(fd.get(), before.size, waits, content.get());
    if (read.status != OpenStatus::kOpened) return read;
    const bool stamped = waits ? StampOfDescriptor(fd.get(), &read.stamp) : KnownStampOfDescriptor(fd.get(), &read.stamp);
    if (!stamped) read.status = OpenStatus::kFailed;
    if (!stamped) return read;
    if (read.stamp != before || content->size() != before.size) continue;
    read.content = std::move(content);
    return read;
  }
  read.fd = std::move(fd);
  return read;
}

NameRead ReadName(const Mount& mount, const std::string& name, size_t memory_limit_bytes, Patience patience) {
  NameRead result;
  base::UniqueFd fd;
  FileStamp opened;
  result.source.status = OpenBeneath(mount.root_fd.get(), name.c_str(), &fd, &opened, patience);
  result.exhausted = result.source.status == OpenStatus::kExhausted;
  if (result.source.status != OpenStatus::kOpened) return result;
  result.settled = IsSettled(opened);
  const bool is_coded = HasCodingSuffix(name);
  for (size_t i = 0; i < mount.precompressed.size() && !is_coded; ++i) {
    const std::string coded = name + std::string(CodingSuffix(mount.precompressed[i]));
    SiblingRead& sibling = result.siblings.emplace_back(ReadSibling(mount, coded, opened, memory_limit_bytes, patience));
    if (sibling.read.status == OpenStatus::kWouldBlock) {
      result.source.status = OpenStatus::kWouldBlock;
      return result;
    }
    if (sibling.read.status == OpenStatus::kOpened) result.settled = result.settled && IsSettled(sibling.stamp);
    result.exhausted |= sibling.read.status == OpenStatus::kExhausted;
  }
  result.source = ReadFile(std::move(fd), opened, memory_limit_bytes, patience.waits);
  if (result.source.stamp != opened) result.settled = false;  // it is being written
  DropOlderSiblings(&result);                                 // also when that came after it was compared
  return result;
}

OpenStatus StampOfWhatIsThere(const Mount& mount, const std::string& name, Patience patience, FileStamp* stamp) {
  if (patience.waits) {
    if (!StampOfName(mount.root_fd.get(), name.c_str(), stamp)) *stamp = FileStamp();
    return OpenStatus::kOpened;
  }
  FileStamp found;
  const OpenStatus status = KnownStampOfName(mount.root_fd.get(), name.c_str(), patience.local_device, &found);
  if (status == OpenStatus::kWouldBlock) return status;
  *stamp = status == OpenStatus::kOpened ? found : FileStamp();
  return OpenStatus::kOpened;
}

}  // namespace fastserve::files
