// Turns an opened descriptor into an OpenFile: prebuilt fields, and small content in memory. I/O threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "native/files/disk_read.h"
#include "native/files/safe_open.h"
#include "native/files/static_handler.h"

namespace fastserve::files {

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
