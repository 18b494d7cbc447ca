// What a name means on the disk: opened, stamped, and read where it is small, with the precompressed siblings that it has.
// Any thread: nothing here belongs to a cache.
//
// Invariant D1: stamp and content of a FileRead are of one version of one file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/unique_fd.h"
#include "native/files/opening/safe_open.h"

namespace fastserve::files {

struct Mount;

// One file.
struct FileRead {
  OpenStatus status = OpenStatus::kNotFound;
  base::UniqueFd fd;                           // kOpened: of what is not in memory
  FileStamp stamp;
  std::shared_ptr<const std::string> content;  // kOpened: of what is small; null: on its descriptor
};

// What the sibling in mount.precompressed[i] is.
struct SiblingRead {
  FileRead read;    // kOpened: the coded content, no older than its source
  FileStamp stamp;  // of what the name means, used or not; zeros: nothing, or it could not be found out
};

struct NameRead {
  FileRead source;
  bool settled = false;    // see IsSettled: all of it can be trusted by its stamps
  bool exhausted = false;  // something was not found out for want of descriptors or memory
  std::vector<SiblingRead> siblings;  // as long as mount.precompressed, or empty for a name that is coded itself
};

// Reads `fd`, opened by OpenBeneath with `stamp`. Up to `memory_limit_bytes` the content is read whole and the descriptor closed,
// so that serving it costs neither a system call nor a descriptor. When it keeps changing under the reads, it stays on its
// descriptor. kOpened; kFailed when the file system fails; kWouldBlock when it is to be read and not `waits`.
FileRead ReadFile(base::UniqueFd fd, const FileStamp& stamp, size_t memory_limit_bytes, bool waits = true);

// Reads what `name` (relative, IsServableName) means in `mount`, no further than `patience` reaches: kWouldBlock then, for all of
// it. A passing trouble with a sibling is no knowledge about it: it is absent this time.
NameRead ReadName(const Mount& mount, const std::string& name, size_t memory_limit_bytes, Patience patience);

// The stamp of what a name means, zeros when it means nothing. kOpened, or kWouldBlock (*stamp is as it was).
OpenStatus StampOfWhatIsThere(const Mount& mount, const std::string& name, Patience patience, FileStamp* stamp);

// Outcomes that are about the name, not about the state of the machine.
inline bool IsLasting(OpenStatus status) {
  return status != OpenStatus::kExhausted && status != OpenStatus::kFailed && status != OpenStatus::kWouldBlock;
}

}  // namespace fastserve::files
