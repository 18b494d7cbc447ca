#include "native/net/thread_priority.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace fastserve::net {

ThreadId CurrentThread() { return ::gettid(); }

bool IsMainThread(ThreadId thread) { return thread == ::getpid(); }

int NicenessOf(ThreadId thread) { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(thread)); }

bool SetNiceness(ThreadId thread, int niceness) {
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), niceness) == 0;
}

clockid_t CurrentCpuClock() {
  clockid_t clock = CLOCK_THREAD_CPUTIME_ID;
  ::pthread_getcpuclockid(::pthread_self(), &clock);
  return clock;
}

int64_t CpuMs(clockid_t clock) {
  timespec used{};
  if (::clock_gettime(clock, &used) != 0) return -1;
  return static_cast<int64_t>(used.tv_sec) * 1000 + used.tv_nsec / 1000000;
}

}  // namespace fastserve::net
