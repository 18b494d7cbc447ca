#include "native/net/thread_priority.h"

#include <atomic>
#include <semaphore>
#include <thread>

#include "test/native/testing.h"

namespace {

using fastserve::net::CpuMs;
using fastserve::net::CurrentCpuClock;
using fastserve::net::CurrentThread;
using fastserve::net::IsRunnable;
using fastserve::net::ThreadId;

TEST("a thread that computes is runnable") { CHECK(IsRunnable(CurrentThread())); }

TEST("a thread that sleeps is not runnable, nor is one that has ended") {
  std::atomic<ThreadId> id{0};
  std::binary_semaphore end{0};
  std::thread sleeper([&] {
    id = CurrentThread();
    end.acquire();
  });
  while (id == 0 || IsRunnable(id)) std::this_thread::yield();
  end.release();
  sleeper.join();
  // join() returns when the thread has given its stack back, a moment before the kernel has ended it.
  while (IsRunnable(id)) std::this_thread::yield();
}

TEST("the CPU clock of a thread moves while it computes") {
  const clockid_t clock = CurrentCpuClock();
  const int64_t before = CpuMs(clock);
  while (CpuMs(clock) < before + 2) {
  }
  CHECK(CpuMs(clock) > before);
}

}  // namespace
