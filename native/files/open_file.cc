#include "native/files/open_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <type_traits>
#include <utility>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/files/hash.h"
#include "native/http/date.h"

namespace fastserve::files {
namespace {

constexpr int kReadAttempts = 3;  // a file that is being written settles, or is served from its descriptor

// Reads `size` bytes from offset 0; fewer when the file is shorter by now. False when the file system fails.
bool ReadContent(int fd, uint64_t size, std::string* content) {
  content->resize(size);
  size_t length = 0;
  while (length < size) {
    const ssize_t got = ::pread(fd, content->data() + length, size - length, static_cast<off_t>(length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  content->resize(length);
  return true;
}

// Sets in_memory and content when one unchanging version could be read; *stamp ends as the newest one seen.
bool LoadContent(int fd, FileStamp* stamp, size_t memory_limit_bytes, OpenFile* file) {
  for (int attempt = 0; attempt < kReadAttempts && stamp->size <= memory_limit_bytes; ++attempt) {
    const FileStamp before = *stamp;
    if (!ReadContent(fd, before.size, &file->content) || !StampOfDescriptor(fd, stamp)) return false;
    file->in_memory = *stamp == before && file->content.size() == before.size;
    if (file->in_memory) return true;
  }
  file->content.clear();
  return true;
}

// The time for Last-Modified, or -1 where it must not be sent: RFC 9110 8.8.2.1 forbids one that is later than Date.
int64_t LastModified(const FileStamp& stamp) {
  const bool sendable = stamp.modified_seconds >= 0 && stamp.modified_seconds <= base::WallSeconds();
  return sendable ? stamp.modified_seconds : -1;
}

void AppendField(std::string_view name, std::string_view value, std::string* fields) {
  fields->append(name).append(": ").append(value).append("\r\n");
}

// The validators go into both blocks; RFC 9110 15.4.5 lists what a 304 repeats.
void BuildFields(std::string_view name, std::string_view cache_control, OpenFile* file) {
  AppendField("ETag", file->etag, &file->validator_fields);
  if (file->modified_seconds >= 0) {
    char date[http::kImfFixdateLength];
    http::FormatImfFixdate(file->modified_seconds, date);
    AppendField("Last-Modified", std::string_view(date, sizeof(date)), &file->validator_fields);
  }
  if (!cache_control.empty()) AppendField("Cache-Control", cache_control, &file->validator_fields);
  AppendField("Content-Type", ContentType(name), &file->fields);
  file->fields.append(file->validator_fields);
  file->fields.append("Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n");
}

}  // namespace

OpenStatus LoadFile(base::UniqueFd fd, FileStamp* stamp, std::string_view name, std::string_view cache_control,
                    size_t memory_limit_bytes, OpenFile** file) {
  auto loaded = std::make_unique<OpenFile>();
  if (!LoadContent(fd.get(), stamp, memory_limit_bytes, loaded.get())) return OpenStatus::kFailed;
  loaded->size = stamp->size;
  loaded->modified_seconds = LastModified(*stamp);
  loaded->modified_nanoseconds = stamp->modified_nanoseconds;
  loaded->device = stamp->device;
  loaded->inode = stamp->inode;
  loaded->etag = EntityTag(*stamp, loaded->content);
  BuildFields(name, cache_control, loaded.get());
  if (!loaded->in_memory) loaded->fd = fd.Release();
  *file = loaded.release();
  return OpenStatus::kOpened;
}

std::string EntityTag(const FileStamp& stamp, std::string_view content) {
  static_assert(std::has_unique_object_representations_v<FileStamp>, "padding would make the hash random");
  constexpr uint64_t kSeed = 0x66617374;  // constant: every I/O thread must give a file the same tag
  const std::string_view bytes(reinterpret_cast<const char*>(&stamp), sizeof(stamp));
  const uint64_t hash = HashBytes(bytes, HashBytes(content, kSeed));
  char text[2 + 16 + 1];
  std::snprintf(text, sizeof(text), "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text;
}

void OpenFile::Release() {
  FASTSERVE_CHECK(references_ > 0, "an OpenFile was released more often than it was retained");
  if (--references_ > 0) return;
  if (fd >= 0) ::close(fd);
  delete this;
}

}  // namespace fastserve::files
