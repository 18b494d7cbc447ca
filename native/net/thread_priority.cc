#include "native/net/thread_priority.h"

#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fastserve::net {

ThreadId CurrentThread() { return ::gettid(); }

bool IsMainThread(ThreadId thread) { return thread == ::getpid(); }

int NicenessOf(ThreadId thread) { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(thread)); }

bool SetNiceness(ThreadId thread, int niceness) {
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), niceness) == 0;
}

bool MayRaisePriority() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capget, &header, sets) != 0) return false;
  return (sets[CAP_TO_INDEX(CAP_SYS_NICE)].effective & CAP_TO_MASK(CAP_SYS_NICE)) != 0;
}

bool SetIdleClass(ThreadId thread, bool idle) {
  const sched_param none{};
  return ::sched_setscheduler(thread, idle ? SCHED_IDLE : SCHED_OTHER, &none) == 0;
}

bool HasIdleClass(ThreadId thread) { return ::sched_getscheduler(thread) == SCHED_IDLE; }

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
