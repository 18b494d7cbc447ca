// Which file systems answer from memory what they have in memory. Any thread; once for each mount.
#pragma once

#include <cstdint>

namespace fastserve::files {

// The device of `root_fd` where its file system opens and stats what the kernel knows without asking anybody; 0 for file
// systems of networks and of processes (NFS, SMB, FUSE), for unknown ones, and where the kernel cannot tell what it knows
// (Linux before 5.12).
uint64_t LocalDevice(int root_fd);

}  // namespace fastserve::files
