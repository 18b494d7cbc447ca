// Which of two threads that share a core goes first: a worker whose view burns CPU gives way to the I/O threads.
//
// DESIGN: only a worker that stands still and burns is made nicer, by the I/O thread that sees it, and it comes back by
// itself once it has moved for a while. A worker that is always nicer is woken late and interrupted by every answer that it
// publishes, and the garbage collector's helper threads, which keep their niceness, spin while they wait for it: a quarter
// more CPU for each request on a shared core (docs/adr/0010).
#pragma once

#include <atomic>
#include <cstdint>

#include "native/net/thread_priority.h"

namespace fastserve::queue {

class Precedence {
 public:
  // How long a worker that was nicer must have moved before it comes back: a view of 20 ms that is called over and over
  // would otherwise hold the core for the first part of every call.
  static constexpr int64_t kCalmMs = 500;

  // Worker, when it attaches: the calling thread. `yielding_niceness`: what it gets while it stands still; one that is no
  // higher than its own leaves it alone. The main thread (inline mode) belongs to the host and is never touched.
  void Adopt(int yielding_niceness) {
    const net::ThreadId self = net::CurrentThread();
    own_niceness_ = net::NicenessOf(self);
    yielding_niceness_ = yielding_niceness;
    cpu_clock_ = net::CurrentCpuClock();
    yields_.store(false, std::memory_order_relaxed);
    may_return_ = true;
    const bool ours = !net::IsMainThread(self) && own_niceness_ < yielding_niceness;
    // release: with everything above it.
    worker_.store(ours ? self : 0, std::memory_order_release);
  }

  // Worker, before it lets go of its slot: from here on its thread may end.
  void Release() { worker_.store(0, std::memory_order_relaxed); }

  // I/O thread: CPU time of the worker in ms, -1 when there is nobody to slow.
  int64_t WorkerCpuMs() const {
    return worker_.load(std::memory_order_acquire) == 0 ? -1 : net::CpuMs(cpu_clock_);
  }

  // I/O thread: whether the worker is one that could still be made to give way.
  bool may_yield() const {
    return worker_.load(std::memory_order_relaxed) != 0 && !yields_.load(std::memory_order_relaxed);
  }

  // I/O thread, in each turn in which the worker still burns. Several may call at once. A thread that ends between the look
  // and the call is the kernel's to refuse: its number is not given out again so soon.
  void Yield(int64_t now_ms) {
    burned_at_ms_.store(now_ms, std::memory_order_relaxed);
    const net::ThreadId worker = worker_.load(std::memory_order_acquire);
    if (worker == 0 || yields_.exchange(true, std::memory_order_acq_rel)) return;
    net::SetNiceness(worker, yielding_niceness_);
  }

  // Worker, whenever it takes requests: true when it must look at the clock and call Return.
  bool yields() const { return yields_.load(std::memory_order_relaxed) && may_return_; }

  // Worker: back to its own niceness if it has been calm. Without the right to that it stays nicer until it is replaced.
  void Return(int64_t now_ms) {
    if (now_ms - burned_at_ms_.load(std::memory_order_relaxed) < kCalmMs) return;
    may_return_ = net::SetNiceness(worker_.load(std::memory_order_relaxed), own_niceness_);
    if (may_return_) yields_.store(false, std::memory_order_release);
  }

 private:
  std::atomic<net::ThreadId> worker_{0};  // 0: nobody, or a thread to leave alone
  std::atomic<bool> yields_{false};
  std::atomic<int64_t> burned_at_ms_{0};
  clockid_t cpu_clock_{};                 // this and the next: written before worker_
  int yielding_niceness_ = 0;
  int own_niceness_ = 0;                  // the worker's own
  bool may_return_ = true;                // the worker's own
};

// An I/O thread's view of one worker: whether it neither sleeps, nor takes requests, nor publishes answers, and uses CPU all
// the while. A worker that only waits for the core (or for a database, in blocking code) does not burn it.
class StandStill {
 public:
  // CPU time without a move after which a worker gives way. Batches of quick views are far below, and so must collections of
  // garbage be: those of a nicer worker take longer, and would keep it where it is.
  static constexpr int64_t kLimitMs = 50;
  // How often a worker that has requests and moves is looked at where nothing else has the I/O thread take a turn.
  static constexpr int64_t kLookMs = 20;

  // Once a turn, before requests are published: true while the worker burns. `taken` and `answered`: positions of the
  // worker's ends of the rings.
  bool Observe(bool parked, uint32_t taken, uint32_t answered, int64_t now_ms, const Precedence& precedence) {
    if (parked || taken != taken_ || answered != answered_) {
      taken_ = taken;
      answered_ = answered;
      since_ms_ = now_ms;
      cpu_since_ms_ = kUnknown;
      return false;
    }
    if (now_ms - since_ms_ < kSuspectMs) return false;  // a system call that nearly no turn needs
    const int64_t cpu_ms = precedence.WorkerCpuMs();
    if (cpu_ms < 0) return false;
    if (cpu_since_ms_ == kUnknown) cpu_since_ms_ = cpu_ms;
    return cpu_ms - cpu_since_ms_ >= kLimitMs - kSuspectMs;
  }

 private:
  static constexpr int64_t kSuspectMs = 10;
  static constexpr int64_t kUnknown = -1;

  uint32_t taken_ = 0, answered_ = 0;
  int64_t since_ms_ = 0;
  int64_t cpu_since_ms_ = kUnknown;
};

}  // namespace fastserve::queue
