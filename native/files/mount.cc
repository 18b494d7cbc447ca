#include "native/files/mount.h"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "native/files/opening/local_device.h"
#include "native/files/opening/openat2.h"

namespace fastserve::files {
namespace {

std::string ReasonOf(int error) { return std::generic_category().message(error); }

// "" when openat2 works on `root_fd`, else what to tell the administrator.
std::string ProbeOpenAt2(int root_fd) {
  const base::UniqueFd probe(OpenAt2(root_fd, ".", O_PATH | O_DIRECTORY));
  if (probe.valid()) return "";
  const int error = errno;
  if (error == ENOSYS || error == EPERM) {
    return "openat2 is refused (" + ReasonOf(error) +
           "): static files need Linux 5.6 or newer and, in a container, a seccomp profile that allows openat2";
  }
  return ReasonOf(error);
}

}  // namespace

std::string_view Mount::CacheControlOf(std::string_view name) const {
  for (const CacheRule& rule : cache_rules) {
    if (rule.match.Matches(name)) return rule.cache_control;
  }
  return cache_control;
}

bool OpenRoot(Mount* mount, std::string* error) {
  base::UniqueFd root(::open(mount->root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string problem = root.valid() ? ProbeOpenAt2(root.get()) : ReasonOf(errno);
  if (!problem.empty()) {
    *error = "cannot serve files from \"" + mount->root + "\" for \"" + mount->prefix + "\": " + problem;
    return false;
  }
  mount->local_device = LocalDevice(root.get());
  mount->root_fd = std::move(root);
  return true;
}

}  // namespace fastserve::files
