#include "native/files/opening/safe_open.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "native/base/clock.h"
#include "native/files/opening/local_device.h"
#include "native/files/opening/openat2.h"

namespace fastserve::files {
namespace {

OpenStatus StatusOfErrno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EINVAL:  // a name that this file system cannot store
      return OpenStatus::kNotFound;
    case EACCES:
    case EPERM:
    case EXDEV:  // RESOLVE_BENEATH: the name leads out of the root
      return OpenStatus::kNotAllowed;
    case ENXIO:
    case ENODEV:
      return OpenStatus::kNotRegular;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
    case EINTR:
      return OpenStatus::kExhausted;
    default:
      return OpenStatus::kFailed;
  }
}

OpenStatus StatusOfMode(mode_t mode) {
  if (S_ISREG(mode)) return OpenStatus::kOpened;
  return S_ISDIR(mode) ? OpenStatus::kDirectory : OpenStatus::kNotRegular;
}

FileStamp StampOf(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<uint64_t>(status.st_size),
          .modified_seconds = status.st_mtim.tv_sec,
          .modified_nanoseconds = status.st_mtim.tv_nsec,
          .changed_seconds = status.st_ctim.tv_sec,
          .changed_nanoseconds = status.st_ctim.tv_nsec};
}

FileStamp StampOf(const struct statx& status) {
  return {.device = ::makedev(status.stx_dev_major, status.stx_dev_minor),
          .inode = status.stx_ino,
          .size = status.stx_size,
          .modified_seconds = status.stx_mtime.tv_sec,
          .modified_nanoseconds = status.stx_mtime.tv_nsec,
          .changed_seconds = status.stx_ctime.tv_sec,
          .changed_nanoseconds = status.stx_ctime.tv_nsec};
}

// What is known of an open file in memory.
bool StatKnown(int fd, struct statx* status) {
  return ::statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, status) == 0;
}

// One open with the type of what was opened: kOpened, kDirectory or kNotRegular set *fd, and *stamp is its stamp.
OpenStatus OpenAndStamp(int root_fd, const char* name, uint64_t flags, base::UniqueFd* fd, FileStamp* stamp) {
  fd->Reset(OpenAt2(root_fd, name, flags));
  struct stat status;
  if (!fd->valid() || ::fstat(fd->get(), &status) != 0) return StatusOfErrno(errno);
  *stamp = StampOf(status);
  return StatusOfMode(status.st_mode);
}

// The same without waiting for anything. O_PATH comes first here, too: it asks no file system (O_RDONLY may).
OpenStatus OpenAndStampKnown(int root_fd, const char* name, uint64_t flags, uint64_t local_device, base::UniqueFd* fd,
                             FileStamp* stamp) {
  if (local_device == 0) return OpenStatus::kWouldBlock;
  fd->Reset(OpenKnownAt2(root_fd, name, flags));
  if (!fd->valid()) return errno == EAGAIN || errno == EINTR ? OpenStatus::kWouldBlock : StatusOfErrno(errno);
  struct statx status;
  if (!StatKnown(fd->get(), &status)) return OpenStatus::kWouldBlock;
  *stamp = StampOf(status);
  return stamp->device == local_device ? StatusOfMode(status.stx_mode) : OpenStatus::kWouldBlock;
}

OpenStatus OpenAndStamp(int root_fd, const char* name, uint64_t flags, Patience patience, base::UniqueFd* fd,
                        FileStamp* stamp) {
  return patience.waits ? OpenAndStamp(root_fd, name, flags, fd, stamp)
                        : OpenAndStampKnown(root_fd, name, flags, patience.local_device, fd, stamp);
}

}  // namespace

OpenStatus OpenBeneath(int root_fd, const char* name, base::UniqueFd* fd, FileStamp* stamp, Patience patience) {
  base::UniqueFd opened;
  FileStamp found;
  OpenStatus status = OpenAndStamp(root_fd, name, O_PATH, patience, &opened, &found);
  if (status != OpenStatus::kOpened) return status;
  opened.Reset();  // so that one free descriptor suffices
  status = OpenAndStamp(root_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, patience, &opened, &found);
  if (status != OpenStatus::kOpened) return status;
  *fd = std::move(opened);
  *stamp = found;
  return status;
}

OpenStatus OpenDirectoryBeneath(int root_fd, const char* name, base::UniqueFd* fd) {
  fd->Reset(OpenAt2(root_fd, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  return fd->valid() ? OpenStatus::kOpened : StatusOfErrno(errno);
}

OpenStatus StampBeneath(int root_fd, const char* name, FileStamp* stamp) {
  base::UniqueFd opened;
  return OpenAndStamp(root_fd, name, O_PATH, &opened, stamp);
}

bool IsSettled(const FileStamp& stamp) { return IsSettledSince(stamp.changed_seconds); }

bool IsSettledSince(int64_t changed_seconds) { return changed_seconds < base::WallSeconds() - 1; }

bool StampOfDescriptor(int fd, FileStamp* stamp) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return false;
  *stamp = StampOf(status);
  return true;
}

bool KnownStampOfDescriptor(int fd, FileStamp* stamp) {
  struct statx status;
  if (!StatKnown(fd, &status)) return false;
  *stamp = StampOf(status);
  return true;
}

bool StampOfName(int root_fd, const char* name, FileStamp* stamp) {
  struct stat status;
  if (::fstatat(root_fd, name, &status, 0) != 0) return false;
  *stamp = StampOf(status);
  return true;
}

OpenStatus KnownStampOfName(int root_fd, const char* name, uint64_t local_device, FileStamp* stamp) {
  base::UniqueFd opened;
  const OpenStatus status = OpenAndStampKnown(root_fd, name, O_PATH, local_device, &opened, stamp);
  if (status == OpenStatus::kWouldBlock || status == OpenStatus::kExhausted) return OpenStatus::kWouldBlock;
  return opened.valid() ? OpenStatus::kOpened : OpenStatus::kNotFound;
}

}  // namespace fastserve::files
