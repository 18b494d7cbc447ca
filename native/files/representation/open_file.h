// A file that is ready to be sent: its descriptor or its content, its validators, its prebuilt fields. I/O threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native/compress/variant_store.h"
#include "native/files/disk/disk_read.h"
#include "native/files/opening/safe_open.h"
#include "native/http/fields/accept_encoding.h"

namespace fastserve::files {

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

// What somebody else has to say about the fields of an answer: an application that answers with a file.
struct FieldOverrides {
  std::string_view fields;          // checked lines to add
  std::string_view content_type;    // instead of the one by the file's name; "": none
  bool has_cache_control = false;   // among `fields`: the mount's is not sent
  bool no_transform = false;        // says Cache-Control among `fields`: the file is not coded for it
};

// What the fields of a file say besides its own facts. Views as OpenFile keeps them.
struct Presentation {
  std::string_view content_type;
  std::string_view cache_control;
  std::string_view vary;
  http::Coding coding = http::Coding::kIdentity;
  std::string_view mount_fields;
};

// Reads `fd`, opened by OpenBeneath with *stamp, into a new OpenFile with one reference in *file, as ReadFile does.
// *stamp is updated to the version that *file describes. kOpened, or kFailed (*file untouched) when the file system
// fails.
OpenStatus LoadFile(base::UniqueFd fd, FileStamp* stamp, const Presentation& presentation, size_t memory_limit_bytes,
                    OpenFile** file);

// What ReadFile has read (kOpened), as a new OpenFile with one reference.
OpenFile* MakeReadFile(FileRead read, const Presentation& presentation);

// Content that no file holds, with one reference. It has no Last-Modified.
OpenFile* MakeFile(std::string content, const Presentation& presentation);

// The version `stamp` of a file in the coding of `presentation`, as the helper thread made it; with one reference. Its tag
// covers the coded bytes: another level, or another release of a library, is another representation (RFC 9110 8.8.1).
OpenFile* MakeCodedFile(const FileStamp& stamp, const std::shared_ptr<const compress::Variant>& variant,
                        const Presentation& presentation);

// A strong entity-tag with its quotes: 16 hexadecimal digits that differ for any two versions of any two files, equal
// in every thread and after a restart, and for coded content the coding. `content` is what is held in memory, "" for a
// file on its descriptor: it tells versions apart that a writer makes within one tick of the file system's clock.
std::string EntityTag(const FileStamp& stamp, std::string_view content, http::Coding coding = http::Coding::kIdentity);

enum class FieldBlock : uint8_t {
  kContent,      // 200, 206
  kMultipart,    // 206 with several ranges: each part has its own Content-Type
  kNotModified,  // 304 (RFC 9110 15.4.5)
  kErrorPage,    // 404: the file is not what the URL means, so nothing lets a client keep or continue it
};

// Appends the lines that an answer with `file` has in `block`.
void AppendFileFields(FieldBlock block, const OpenFile& file, std::string_view mount_fields,
                      const FieldOverrides& overrides, std::string* fields);

}  // namespace fastserve::files
