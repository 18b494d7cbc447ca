#include "native/net/orphan.h"

#include <sys/wait.h>

namespace fastserve::net {

bool ReapChild(pid_t child) { return child > 0 && ::waitpid(child, nullptr, WNOHANG) == child; }

}  // namespace fastserve::net
