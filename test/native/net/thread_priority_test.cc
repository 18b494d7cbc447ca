#include "native/net/thread_priority.h"

#include <atomic>
#include <semaphore>
#include <thread>

#include "test/native/testing.h"

namespace {

using fastserve::net::CpuMs;
using fastserve::net::CurrentCpuClock;
using fastserve::net::CurrentThread;
using fastserve::net::ExchangeSlice;
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

TEST("a thread has the slice of the one that makes it, until it takes another") {
  constexpr int64_t kSliceNs = 200'000;
  const int64_t own = ExchangeSlice(kSliceNs);
  int64_t begun_with = -1;
  int64_t left_with = -1;
  std::thread made([&] {
    begun_with = ExchangeSlice(own);
    left_with = ExchangeSlice(own);
  });
  made.join();
  const bool has_slices = own != 0;
  CHECK_EQ(begun_with, has_slices ? kSliceNs : 0);
  CHECK_EQ(left_with, own);
  CHECK_EQ(ExchangeSlice(own), has_slices ? kSliceNs : 0);
}

}  // namespace
