#include "native/files/opening/local_device.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "native/base/unique_fd.h"
#include "native/files/opening/openat2.h"

namespace fastserve::files {
namespace {

// Not all of them are in every version of linux/magic.h.
constexpr uint64_t kErofs = 0xE0F5E1E2;
constexpr uint64_t kZfs = 0x2FC12FC1;
constexpr std::array<uint64_t, 10> kLocalFileSystems{
    EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC, RAMFS_MAGIC, OVERLAYFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
    SQUASHFS_MAGIC, kErofs, kZfs};

bool KernelTellsWhatItKnows(int root_fd) {
  const base::UniqueFd probe(OpenKnownAt2(root_fd, ".", O_PATH | O_DIRECTORY));
  return probe.valid() || errno == EAGAIN;
}

}  // namespace

uint64_t LocalDevice(int root_fd) {
  struct statfs system;
  struct stat status;
  if (::fstatfs(root_fd, &system) != 0 || ::fstat(root_fd, &status) != 0) return 0;
  const bool is_local = std::ranges::count(kLocalFileSystems, static_cast<uint64_t>(static_cast<uint32_t>(system.f_type))) > 0;
  return is_local && KernelTellsWhatItKnows(root_fd) ? status.st_dev : 0;
}

}  // namespace fastserve::files
