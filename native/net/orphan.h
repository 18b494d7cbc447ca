// Children of this process that nobody else waits for. Main thread.
#pragma once

#include <sys/types.h>

namespace fastserve::net {

// Takes the exit status of this child, if it has ended, so that it leaves the process table. False when it has not ended, is not a
// child of this process, or was taken by somebody else. Never waits.
bool ReapChild(pid_t child);

}  // namespace fastserve::net
