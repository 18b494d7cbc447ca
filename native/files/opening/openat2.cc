#include "native/files/opening/openat2.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace fastserve::files {
namespace {

// RESOLVE_BENEATH answers EAGAIN when a rename races with a "..", an open file lease when it must be broken first.
constexpr int kMaxAttempts = 4;
constexpr uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
// Headers older than Linux 5.12 do not know it.
constexpr uint64_t kResolveCached = 0x20;

long Open(int root_fd, const char* name, uint64_t flags, uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve;
  return ::syscall(SYS_openat2, root_fd, name, &how, sizeof(how));
}

}  // namespace

int OpenAt2(int root_fd, const char* name, uint64_t flags) {
  for (int attempt = 1;; ++attempt) {
    const long fd = Open(root_fd, name, flags, kResolve);
    const bool transient = fd < 0 && (errno == EINTR || errno == EAGAIN);
    if (!transient || attempt == kMaxAttempts) return static_cast<int>(fd);
  }
}

int OpenKnownAt2(int root_fd, const char* name, uint64_t flags) {
  return static_cast<int>(Open(root_fd, name, flags, kResolve | kResolveCached));
}

}  // namespace fastserve::files
