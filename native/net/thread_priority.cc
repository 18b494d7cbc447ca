#include "native/net/thread_priority.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace fastserve::net {
namespace {

bool SetClass(ThreadId thread, int scheduling_class) {
  const sched_param no_priority{};
  return ::sched_setscheduler(thread, scheduling_class, &no_priority) == 0;
}

// struct sched_attr in its first form (sched_setattr(2)), which every kernel takes. Its header and glibc's <sched.h> exclude each other.
struct SchedulingAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t niceness;
  uint32_t priority;
  uint64_t runtime_ns;  // of usual threads: the slice
  uint64_t deadline_ns;
  uint64_t period_ns;
};

bool ReadAttributes(ThreadId thread, SchedulingAttributes* attributes) {
  return ::syscall(SYS_sched_getattr, thread, attributes, sizeof *attributes, 0) == 0;
}

// Of proc_pid_stat(5), counted from 1.
constexpr int kStateField = 3;
constexpr int kCoreField = 39;
// All its fields, each as long as it may be, have room.
constexpr size_t kStatBytes = 1024;

// The fields of stat from the state on, in `buffer`; empty when the thread has ended. The state stands behind the name in brackets, which may
// hold brackets itself.
std::string_view ReadStat(ThreadId thread, std::array<char, kStatBytes>& buffer) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t length = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  if (length <= 0) return {};
  const std::string_view stat(buffer.data(), static_cast<size_t>(length));
  const size_t name_end = stat.rfind(") ");
  return name_end == std::string_view::npos ? std::string_view() : stat.substr(name_end + 2);
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

int64_t ExchangeSlice(int64_t slice_ns) {
  SchedulingAttributes attributes{};
  if (!ReadAttributes(0, &attributes)) return 0;
  const auto before = static_cast<int64_t>(attributes.runtime_ns);
  attributes.runtime_ns = static_cast<uint64_t>(slice_ns);
  return ::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0 ? before : 0;
}

int64_t SliceOf(ThreadId thread) {
  SchedulingAttributes attributes{};
  return ReadAttributes(thread, &attributes) ? static_cast<int64_t>(attributes.runtime_ns) : 0;
}

bool IsRunnable(ThreadId thread) {
  std::array<char, kStatBytes> buffer;
  return ReadStat(thread, buffer).starts_with('R');
}

int CoreOfRunnable(ThreadId thread) {
  std::array<char, kStatBytes> buffer;
  std::string_view fields = ReadStat(thread, buffer);
  if (!fields.starts_with('R')) return -1;
  for (int passed = kStateField; passed < kCoreField; ++passed) {
    const size_t space = fields.find(' ');
    if (space == std::string_view::npos) return -1;
    fields.remove_prefix(space + 1);
  }
  int core = -1;
  std::from_chars(fields.data(), fields.data() + fields.size(), core);
  return core;
}

bool MoveToCore(int core) {
  if (core < 0 || core >= CPU_SETSIZE) return false;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return ::sched_setaffinity(0, sizeof cores, &cores) == 0;
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
