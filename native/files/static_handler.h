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
#include <string_view>

#include "native/files/mount.h"
#include "native/files/representation/file_answer.h"
#include "native/files/representation/open_file.h"
#include "native/http/types.h"

namespace fastserve::files {

class DiskLook;
class FileCache;
class ListingCache;

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

}  // namespace fastserve::files
