// Niceness, scheduling class, slice, CPU time and state of single threads. On Linux each thread has a niceness of its own; elsewhere only processes do.
#pragma once

#include <time.h>

#include <cstdint>

namespace fastserve::net {

using ThreadId = int32_t;

ThreadId CurrentThread();
bool IsMainThread(ThreadId thread);

int NicenessOf(ThreadId thread);
// From any thread of the process. False with errno set: lowering a niceness needs CAP_SYS_NICE or a fitting RLIMIT_NICE,
// raising it needs nothing.
bool SetNiceness(ThreadId thread, int niceness);

// Moves a thread of this process to the system's idle class (SCHED_IDLE: whoever else wakes on its core takes it at once), or back
// to the normal one. Its niceness stays. From any thread. False with errno set: leaving needs what lowering a niceness needs.
bool EnterIdleClass(ThreadId thread);
bool LeaveIdleClass(ThreadId thread);
// Whether a thread like the calling one may leave the idle class again. A thread that only lives for this tries it, because a
// capability that is shown may not count outside a user namespace. Takes some tens of µs; false when no thread can be made.
bool MayLeaveIdleClass();

// How long the calling thread runs at a stretch where others want its core, in ns: sets it and returns what it was. Its share of the
// core stays; threads that it makes begin with the same. Needs no right. The system takes 0.1 to 100 ms, and 0 for its own measure.
// 0 where it has no such thing for usual threads (before Linux 6.12) or refuses; nothing has changed then.
int64_t ExchangeSlice(int64_t slice_ns);
// Of a thread of this process; 0: as ExchangeSlice, or it has ended.
int64_t SliceOf(ThreadId thread);

// Whether the thread of this process has a core or waits for one; false when it sleeps or has ended. Reads proc(5).
bool IsRunnable(ThreadId thread);
// The core that such a thread has or waits for; -1 for one that sleeps or has ended. Reads proc(5).
int CoreOfRunnable(ThreadId thread);
// The calling thread runs there and nowhere else from now on, if it may.
bool MoveToCore(int core);

// The calling thread's CPU clock, for CpuMs on any thread while it lives.
clockid_t CurrentCpuClock();
// CPU time that the thread has used, in ms; -1 when it has ended.
int64_t CpuMs(clockid_t clock);

}  // namespace fastserve::net
