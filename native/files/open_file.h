// Turns an opened descriptor into an OpenFile: prebuilt fields, and small content in memory. I/O threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "native/files/safe_open.h"
#include "native/files/static_handler.h"

namespace fastserve::files {

// Reads `fd`, opened by OpenBeneath with *stamp, into a new OpenFile with one reference in *file.
// A file of at most `memory_limit_bytes` is read whole and its descriptor closed, so that serving it costs neither a
// system call nor a descriptor. When it keeps changing under the reads, it stays on its descriptor.
// `name` decides the Content-Type. *stamp is updated to the version that *file describes.
// kOpened, or kFailed (*file untouched) when the file system fails.
OpenStatus LoadFile(base::UniqueFd fd, FileStamp* stamp, std::string_view name, std::string_view cache_control,
                    size_t memory_limit_bytes, OpenFile** file);

// A strong entity-tag with its quotes: 16 hexadecimal digits that differ for any two versions of any two files, equal
// in every thread and after a restart. `content` is what is held in memory, "" for a file on its descriptor: it tells
// versions apart that a writer makes within one tick of the file system's clock.
std::string EntityTag(const FileStamp& stamp, std::string_view content);

}  // namespace fastserve::files
