// openat2(2), which the C library does not wrap, as files of mounts are opened. Any thread.
#pragma once

#include <cstdint>

namespace fastserve::files {

// Opens `name` beneath `root_fd`, with close-on-exec: no "..", absolute or magic link leads out. The descriptor, or -1 with
// errno. Tries again where a rename or a signal was in the way.
int OpenAt2(int root_fd, const char* name, uint64_t flags);

// The same for names that the kernel has in memory: EAGAIN for others, at once. (EINVAL before Linux 5.12.)
int OpenKnownAt2(int root_fd, const char* name, uint64_t flags);

}  // namespace fastserve::files
