// Niceness, CPU time and state of single threads. On Linux each thread has a niceness of its own; elsewhere only processes do.
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

// Whether the thread of this process has a core or waits for one; false when it sleeps or has ended. Reads proc(5).
bool IsRunnable(ThreadId thread);

// The calling thread's CPU clock, for CpuMs on any thread while it lives.
clockid_t CurrentCpuClock();
// CPU time that the thread has used, in ms; -1 when it has ended.
int64_t CpuMs(clockid_t clock);

}  // namespace fastserve::net
