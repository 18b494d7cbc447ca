// Lets this process open no further descriptors while it lives.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "native/base/check.h"

namespace fastserve::files {

class NoMoreDescriptors {
 public:
  // `spare` more can be opened.
  explicit NoMoreDescriptors(int spare = 0) {
    FASTSERVE_CHECK(::getrlimit(RLIMIT_NOFILE, &before_) == 0, "getrlimit");
    const int lowest_free = ::open("/", O_PATH | O_CLOEXEC);
    ::close(lowest_free);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(lowest_free + spare);
    FASTSERVE_CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace fastserve::files
