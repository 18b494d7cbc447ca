#include "native/net/thread_priority.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace fastserve::net {
namespace {

bool SetClass(ThreadId thread, int scheduling_class) {
  const sched_param no_priority{};
  return ::sched_setscheduler(thread, scheduling_class, &no_priority) == 0;
}

// What a thread returns that came back: any address but null.
char came_back;

void* TryIdleClass(void*) {
  const ThreadId self = CurrentThread();
  return EnterIdleClass(self) && LeaveIdleClass(self) ? &came_back : nullptr;
}

}  // namespace

ThreadId CurrentThread() { return ::gettid(); }

bool IsMainThread(ThreadId thread) { return thread == ::getpid(); }

int NicenessOf(ThreadId thread) { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(thread)); }

bool SetNiceness(ThreadId thread, int niceness) {
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), niceness) == 0;
}

bool EnterIdleClass(ThreadId thread) { return SetClass(thread, SCHED_IDLE); }

bool LeaveIdleClass(ThreadId thread) { return SetClass(thread, SCHED_OTHER); }

bool MayLeaveIdleClass() {
  pthread_t trial{};
  void* may = nullptr;
  if (::pthread_create(&trial, nullptr, TryIdleClass, nullptr) != 0) return false;
  return ::pthread_join(trial, &may) == 0 && may != nullptr;
}

// Field 3 of stat, the state, stands behind the name in brackets, which may hold brackets itself.
bool IsRunnable(ThreadId thread) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[256];
  const ssize_t length = ::read(file, text, sizeof text);
  ::close(file);
  if (length <= 0) return false;
  const std::string_view stat(text, static_cast<size_t>(length));
  const size_t name_end = stat.rfind(')');
  return name_end != std::string_view::npos && stat.substr(name_end).starts_with(") R");
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
