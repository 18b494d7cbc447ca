// Opening files beneath a root that no name and no symbolic link can leave. Any thread; blocks only on the disk, and not even
// there where the caller has no patience.
//
// DESIGN: every name is resolved by openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS), so the kernel itself refuses
// "..", absolute links and links that lead out. A name is first opened with O_PATH, which touches neither a FIFO's
// peers nor a device's driver; only what proves to be a regular file is opened for reading. Between the two opens the
// name may come to mean another file, therefore type and stamp are always those of the descriptor that is returned.
#pragma once

#include <cstdint>

#include "native/base/unique_fd.h"

namespace fastserve::files {

enum class OpenStatus : uint8_t {
  kOpened,      // a regular file, open for reading
  kNotFound,    // no such name, too long, a loop of links
  kNotAllowed,  // permissions, or a link that leads out of the root
  kDirectory,
  kNotRegular,  // FIFO, socket, device
  kExhausted,   // no descriptor or memory left, or a lease in the way: asking again later may succeed
  kFailed,      // the file system failed (EIO and the like)
  kWouldBlock,  // not known without asking the disk (Patience)
};

// How long a look may take. Without waiting, only what the kernel has in memory is seen, and only files of `local_device`:
// to open or stat one of another file system may mean to ask a server or a process for it.
struct Patience {
  bool waits = true;
  uint64_t local_device = 0;  // 0: of none
};

// What identifies one version of a file's content: any write, truncation, replacement or chmod changes it.
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_seconds = 0;
  int64_t modified_nanoseconds = 0;
  int64_t changed_seconds = 0;
  int64_t changed_nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};

// Whether a version that is read from now on can be told from a later one by its stamp. File systems stamp with a clock of
// some milliseconds: a second write within the same tick leaves the stamp as it was.
bool IsSettled(const FileStamp& stamp);
// The same of its changed_seconds, all that matters of it.
bool IsSettledSince(int64_t changed_seconds);

// Opens the regular file `name` (relative, NUL-terminated, not empty) beneath `root_fd`. *fd and *stamp are set only
// for kOpened. Needs one free descriptor; four system calls for a regular file.
OpenStatus OpenBeneath(int root_fd, const char* name, base::UniqueFd* fd, FileStamp* stamp, Patience patience = {});

// Opens the directory `name` (as above; "." is the root) for reading its entries: kOpened, or kNotFound also for what
// is no directory.
OpenStatus OpenDirectoryBeneath(int root_fd, const char* name, base::UniqueFd* fd);

// What `name` means beneath `root_fd`, without opening it for reading: kOpened (a regular file), kDirectory and
// kNotRegular set *stamp. Links are followed only within the root.
OpenStatus StampBeneath(int root_fd, const char* name, FileStamp* stamp);

// The stamp of an open file; false when the file system fails.
bool StampOfDescriptor(int fd, FileStamp* stamp);

// The same as the kernel has it in memory: what others have written to a file system of a network is seen when its name is
// looked up again. Never waits.
bool KnownStampOfDescriptor(int fd, FileStamp* stamp);

// The stamp of what `name` means now, false when it means nothing. Links are followed wherever they lead: use it only
// to tell whether a name means what it meant before, never to decide what may be served.
bool StampOfName(int root_fd, const char* name, FileStamp* stamp);

// The same without waiting: kOpened whatever it means, kNotFound when it means nothing (a link that leads out of the root, too),
// kWouldBlock.
OpenStatus KnownStampOfName(int root_fd, const char* name, uint64_t local_device, FileStamp* stamp);

}  // namespace fastserve::files
