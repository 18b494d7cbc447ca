// Runs a piece of a test in a child process, for changes that a process cannot take back.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include "native/base/check.h"

namespace fastserve::files {

// True when `body` returned true in a fork of this process (which has no other threads).
template <typename Body>
bool HoldsInChild(Body body) {
  const pid_t child = ::fork();
  FASTSERVE_CHECK(child >= 0, "fork");
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  FASTSERVE_CHECK(::waitpid(child, &status, 0) == child, "waitpid");
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace fastserve::files
