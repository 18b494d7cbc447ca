// Static serving for mounts: from a decoded path to an answer that the connection can send. One handler per I/O thread.
//
// DESIGN: safe_open resolves names with openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS) against the mount's root
// descriptor; file_cache keeps recently used files (descriptor, stat, prebuilt field block, small bodies in memory,
// precompressed siblings, forms that the helper thread of native/compress made) for a short time to live; static_handler
// decides which file a path means, and in which coding; file_answer applies conditions and ranges to it.
//
// A handler that does not wait answers from what the kernel has in memory. For anything else it says what it wants from the
// disk (DiskLook), which another thread finds out; with that, it is asked again:
//
//   Answer ──known──► the answer               kDisk ─► TakeWant ─► DiskLook::Run (disk_pool.h) ─► Adopt ─► Answer
//     └────not known, and not to be waited for ──┘
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/glob.h"
#include "native/base/unique_fd.h"
#include "native/compress/variant_maker.h"
#include "native/http/accept_encoding.h"
#include "native/http/types.h"

namespace fastserve::files {

// Cache-Control for the files that a pattern chooses.
struct CacheRule {
  base::Glob match;
  std::string cache_control;
};

// Configuration of one mount. Immutable once serving; shared by the I/O threads.
struct Mount {
  std::string prefix;                 // "/static/"
  std::string host;                   // pattern of http/host_pattern.h; "" serves every host
  std::string root;                   // absolute path, for messages
  base::UniqueFd root_fd;             // O_PATH | O_DIRECTORY, opened on the main thread
  uint64_t local_device = 0;          // whose files can be looked at without waiting for a disk (local_device.h); 0: of none
  std::vector<std::string> index = {"index.html"};
  bool fallthrough = false;           // a miss goes to the application instead of 404
  bool dotfiles = false;              // names beginning with "." (".well-known" is always allowed)
  bool listing = false;               // directories without an index file are listed
  bool internal = false;              // no URL of its own: reached only through an application's X-Accel-Redirect
  std::string cache_control;          // for files that no rule chooses; "" sends none
  std::vector<CacheRule> cache_rules;  // the first that matches a name decides
  std::vector<http::Coding> precompressed;  // siblings to look for, the preferred first
  bool compress = false;              // code files while serving; the server then sets `maker`
  compress::VariantMaker* maker = nullptr;  // the server's, outlives the mount's use; null: nothing is coded
  std::string fields;                 // checked lines for every answer of the mount
  std::string fallback;               // name of the page that answers misses of navigations with 200, "": none
  std::string not_found;              // name of the page that goes with 404, "": none
  std::unique_ptr<Mount> built;       // where names that IsBuiltName are looked up first; has the same prefix, no pages

  // The Cache-Control value for the file `name`; lives as long as the mount.
  std::string_view CacheControlOf(std::string_view name) const;
};

// Opens `root` for a mount: errors are for the configuration ("no such directory").
bool OpenRoot(Mount* mount, std::string* error);

class FilePages;

// An opened regular file, or content made in memory. Reference-counted without atomics: it never leaves its I/O thread.
class OpenFile {
 public:
  OpenFile();
  ~OpenFile();
  int fd = -1;                // owned; -1 when in_memory
  uint64_t size = 0;
  int64_t modified_seconds = -1;  // as sent in Last-Modified; -1: not sent (in the future, before 1970, made in memory)
  std::string modified_text;  // the same as sent; "" for -1
  std::string etag;           // strong: device, inode, size, mtime with nanoseconds, ctime, content in memory, coding
  std::string_view content_type;   // constant
  std::string_view cache_control;  // the mount's; "" sends none
  std::string_view vary;           // constant: what the choice of this representation depends on, "" for nothing
  http::Coding coding = http::Coding::kIdentity;
  std::string fields;            // what a 200 sends; see AppendFileFields
  std::string validator_fields;  // what a 304 repeats (RFC 9110 15.4.5): ETag, Last-Modified, Cache-Control, Vary
  bool in_memory = false;     // content holds the whole file
  std::string_view content;   // small hot files and made forms: in `memory`
  std::shared_ptr<const std::string> memory;  // immutable; other threads may hold the same
  int64_t changed_seconds = INT64_MAX;  // ctime of the version on the descriptor
  uint64_t version = 0;       // SmallRanges' number of it; 0: none yet
  std::unique_ptr<FilePages> pages;  // of a descriptor whose reader must not wait; null: it may, or all is in memory
  void Retain() { ++references_; }
  void Release();             // deletes itself and closes fd at zero

 private:
  uint32_t references_ = 1;
};

// A piece of a multipart answer: `head`, then `length` bytes of the file from `offset`.
struct FilePart {
  std::string_view head;
  uint64_t offset = 0;
  uint64_t length = 0;
};

// What to send. `fields` has no Content-Length, Date or Connection: the connection adds them.
struct FileAnswer {
  enum class Kind : uint8_t {
    kMiss,     // no such file here: 404, or the application when the mount falls through
    kStatus,   // a status without a file: 204 (OPTIONS) 301 304 405 412 416 500 503
    kMemory,   // `memory` (part of file->content)
    kFile,     // `length` bytes of file->fd from `offset`
    kParts,    // `parts` of `file`, which is in memory or on its descriptor
    kDisk,     // not known yet: TakeWant says what to find out first
  };
  Kind kind = Kind::kMiss;
  uint16_t status = 404;
  OpenFile* file = nullptr;   // the caller owns one reference (null for kStatus and kMiss)
  std::string_view fields;    // into file, into scratch, or constant; valid until the next Answer call on this handler
  std::string_view memory;
  uint64_t offset = 0;
  uint64_t length = 0;        // content length to announce (also for HEAD); kParts: with the heads
  std::span<const FilePart> parts;  // lives as long as `fields`
};

// What somebody else has to say about the fields of an answer: an application that answers with a file.
struct FieldOverrides {
  std::string_view fields;          // checked lines to add
  std::string_view content_type;    // instead of the one by the file's name; "": none
  bool has_cache_control = false;   // among `fields`: the mount's is not sent
  bool no_transform = false;        // says Cache-Control among `fields`: the file is not coded for it
};

class DiskLook;
class FileCache;
class ListingCache;
enum class OpenStatus : uint8_t;
struct AnswerScratch;
struct FileRequest;

class StaticHandler {
 public:
  // `look_again_ms`: how old may be what is known of a file. 0: every answer looks at the disk. Without `waits` an answer may be
  // kDisk.
  explicit StaticHandler(int64_t look_again_ms = 1000, bool waits = true);
  ~StaticHandler();

  // Answers GET and HEAD for `path`, the decoded and normalised request path, which lies under mount.prefix. Where GET
  // would find a file, OPTIONS is kStatus 204 and any other method kStatus 405, both with Allow. `now_ms` is monotonic: what is
  // known must be good then, and so is all that was found out since.
  // Never blocks on special files; a file that cannot be opened for lack of descriptors is 503, not 404. A directory
  // without its trailing slash is 301 with Location (path and query kept, "//host" made harmless); a directory with it
  // serves an index file, a listing where the mount allows it, or misses. A miss of a navigation is the mount's
  // fallback page; another miss its 404 page, when it has one and does not fall through. A name of a build is answered
  // from mount.built, and from the mount itself where the build does not have it.
  // The views in `overrides` live as long as the call; those in *answer until the next one.
  void Answer(const Mount& mount, std::string_view path, const http::RequestHead& head, std::string_view head_bytes,
              int64_t now_ms, FileAnswer* answer, const FieldOverrides& overrides = {});

  // Answers until the next call belong to the turn of the caller's loop that began at `now_ns`, monotonic (FileCache::BeginTurn).
  void BeginTurn(int64_t now_ns);
  // The same for sending: what is known of the memory of files is good for a while (FilePages).
  void SetNow(int64_t now_ms) { now_ms_ = now_ms; }

  // What the last answer, a kDisk, wants to be known.
  std::unique_ptr<DiskLook> TakeWant();
  // Knows from now on what `look` has found, for the next `look_again_ms`, and in any case for requests that came before
  // `now_ms`. The look's mount lives. False: descriptors were missing, some have been given up, and it is worth another try.
  bool Adopt(DiskLook& look, int64_t now_ms);

  // Drops what is cached (descriptor pressure, shutdown). Needed before a mount is destroyed or replaced: the cache
  // knows mounts by address.
  void Clear();

 private:
  struct Found {
    OpenStatus status;
    OpenFile* file = nullptr;  // kOpened: a cache's, valid until the next look
  };
  void AnswerFrom(const Mount& mount, std::string_view path, const http::RequestHead& head, std::string_view head_bytes,
                  int64_t now_ms, FileAnswer* answer, const FieldOverrides& overrides);
  Found FindFile(const FileRequest& request, std::string_view name, bool is_root);
  Found Look(const FileRequest& request, std::string_view name);
  Found FindIndex(const FileRequest& request, std::string_view directory);
  Found FindListing(const FileRequest& request, std::string_view directory);
  void AnswerFound(const FileRequest& request, const Found& found, FileAnswer* answer);
  bool AnswerDirectory(const FileRequest& request, std::string_view name, FileAnswer* answer);
  void AnswerMiss(const FileRequest& request, FileAnswer* answer);

  Found Want(OpenStatus status, const FileRequest& request, std::string_view name, bool is_listing);

  int64_t now_ms_ = 0;
  std::unique_ptr<DiskLook> want_;
  std::unique_ptr<FileCache> cache_;
  std::unique_ptr<ListingCache> listings_;
  std::unique_ptr<AnswerScratch> scratch_;
};

// "text/html; charset=utf-8" by the name's extension (generated from mime-db), "application/octet-stream" otherwise.
std::string_view ContentType(std::string_view file_name);

}  // namespace fastserve::files
