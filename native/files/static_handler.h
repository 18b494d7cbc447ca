// Static serving for mounts: from a decoded path to an answer that the connection can send. One handler per I/O thread.
//
// DESIGN: safe_open resolves names with openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS) against the mount's root
// descriptor; file_cache keeps recently used files (descriptor, stat, prebuilt field block, small bodies in memory) for
// a short time to live; static_handler applies conditionals and ranges (native/http/conditional.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/unique_fd.h"
#include "native/http/types.h"

namespace fastserve::files {

// Configuration of one mount. Immutable once serving; shared by the I/O threads.
struct Mount {
  std::string prefix;                 // "/static/"
  std::string host;                   // pattern of http/host_pattern.h; "" serves every host
  std::string root;                   // absolute path, for messages
  base::UniqueFd root_fd;             // O_PATH | O_DIRECTORY, opened on the main thread
  std::vector<std::string> index = {"index.html"};
  bool fallthrough = false;           // a miss goes to the application instead of 404
  bool dotfiles = false;              // names beginning with "." (".well-known" is always allowed)
  std::string cache_control;          // "" sends none
};

// Opens `root` for a mount: errors are for the configuration ("no such directory").
bool OpenRoot(Mount* mount, std::string* error);

// An opened regular file. Reference-counted without atomics: it never leaves its I/O thread.
class OpenFile {
 public:
  int fd = -1;                // owned; -1 when in_memory
  uint64_t size = 0;
  int64_t modified_seconds = 0;  // as sent in Last-Modified; -1: not sent (in the future, before 1970)
  int64_t modified_nanoseconds = 0;
  uint64_t device = 0, inode = 0;
  std::string etag;           // strong: device, inode, size, mtime with nanoseconds, ctime, content in memory
  std::string fields;         // "Content-Type: ...\r\nETag: ...\r\nLast-Modified: ...\r\nAccept-Ranges: bytes\r\n"...
  std::string validator_fields;  // what a 304 repeats (RFC 9110 15.4.5): ETag, Last-Modified, Cache-Control, Vary
  bool in_memory = false;     // content holds the whole file
  std::string content;        // small hot files
  void Retain() { ++references_; }
  void Release();             // deletes itself and closes fd at zero

 private:
  uint32_t references_ = 1;
};

// What to send. `fields` has no Content-Length, Date or Connection: the connection adds them.
struct FileAnswer {
  enum class Kind : uint8_t {
    kMiss,     // no such file here: 404, or the application when the mount falls through
    kStatus,   // a status without a file: 204 (OPTIONS) 301 304 405 412 416 500 503
    kMemory,   // `memory` (part of file->content)
    kFile,     // `length` bytes of file->fd from `offset`
  };
  Kind kind = Kind::kMiss;
  uint16_t status = 404;
  OpenFile* file = nullptr;   // the caller owns one reference (null for kStatus and kMiss)
  std::string_view fields;    // into file, into scratch, or constant; valid until the next Answer call on this handler
  std::string_view memory;
  uint64_t offset = 0;
  uint64_t length = 0;        // content length to announce (also for HEAD)
};

class FileCache;

class StaticHandler {
 public:
  StaticHandler();
  ~StaticHandler();

  // Answers GET and HEAD for `path`, the decoded and normalised request path, which lies under mount.prefix. Where GET
  // would find a file, OPTIONS is kStatus 204 and any other method kStatus 405, both with Allow. `now_ms` is monotonic.
  // Never blocks on special files; a file that cannot be opened for lack of descriptors is 503, not 404. A directory
  // without its trailing slash is 301 with Location (path and query kept, "//host" made harmless); a directory with it
  // serves an index file or misses.
  void Answer(const Mount& mount, std::string_view path, const http::RequestHead& head, std::string_view head_bytes,
              int64_t now_ms, FileAnswer* answer);

  // Drops what is cached (descriptor pressure, shutdown). Needed before a mount is destroyed or replaced: the cache
  // knows mounts by address.
  void Clear();

 private:
  std::unique_ptr<FileCache> cache_;
  std::string scratch_;
};

// "text/html; charset=utf-8" by the name's extension (generated from mime-db), "application/octet-stream" otherwise.
std::string_view ContentType(std::string_view file_name);

}  // namespace fastserve::files
