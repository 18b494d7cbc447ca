// Which of two threads that share a core goes first: a worker whose view burns CPU gives way to the I/O threads.
//
// DESIGN: only a worker that stands still and burns gives way, moved by the I/O thread that sees it: to the idle class, where a
// niceness still holds the core for a tick at a time, or to a niceness, where the idle class could not be left again. It comes
// back by itself once it has moved for a while. A worker that is always nicer is woken late and interrupted by every answer that it
// publishes, and the garbage collector's helper threads, which keep their niceness, spin while they wait for it: a quarter
// more CPU for each request on a shared core (docs/adr/0010).
#pragma once

#include <atomic>
#include <cstdint>

#include "native/net/thread_priority.h"

namespace fastserve::queue {

class Precedence {
 public:
  // How long a worker that gave way must have moved before it comes back: a view of 20 ms that is called over and over
  // would otherwise hold the core for the first part of every call.
  static constexpr int64_t kCalmMs = 500;
  // A worker in the idle class that got less than `kStarvedCpuMs` of a core in `kStarvedMs` leaves it for the niceness: a
  // machine that is full otherwise would never let it end, nor tell where it is stuck.
  static constexpr int64_t kStarvedMs = 500;
  static constexpr int64_t kStarvedCpuMs = 5;
  // The niceness with which the idle class goes together.
  static constexpr int kLastNiceness = 19;

  // Worker, when it attaches: the calling thread. `yielding_niceness`: what it gets while it stands still; one that is no
  // higher than its own leaves it alone. With 19 that is the idle class, where the process may leave that again. The main
  // thread (inline mode) belongs to the host and is never touched.
  void Adopt(int yielding_niceness) {
    const net::ThreadId self = net::CurrentThread();
    own_niceness_ = net::NicenessOf(self);
    yielding_niceness_ = yielding_niceness;
    cpu_clock_ = net::CurrentCpuClock();
    place_.store(Place::kOwn, std::memory_order_relaxed);
    may_return_ = true;
    const bool ours = !net::IsMainThread(self) && own_niceness_ < yielding_niceness;
    first_place_ = ours && yielding_niceness == kLastNiceness && net::MayLeaveIdleClass() ? Place::kIdleClass : Place::kNicer;
    // release: with everything above it.
    worker_.store(ours ? self : 0, std::memory_order_release);
  }

  // Worker, before it lets go of its slot: from here on its thread may end.
  void Release() { worker_.store(0, std::memory_order_relaxed); }

  // I/O thread: CPU time of the worker in ms, -1 when there is nobody to slow.
  int64_t WorkerCpuMs() const {
    return worker_.load(std::memory_order_acquire) == 0 ? -1 : net::CpuMs(cpu_clock_);
  }

  // I/O thread: whether the worker may have to be moved, so that it is worth looking at when nothing else happens.
  bool may_move() const {
    return worker_.load(std::memory_order_relaxed) != 0 && place_.load(std::memory_order_relaxed) != Place::kNicer;
  }

  // I/O thread: whether the worker was moved to the idle class, where it may starve, also on its way to an end.
  bool in_idle_class() const { return place_.load(std::memory_order_relaxed) == Place::kIdleClass; }

  // I/O thread, in each turn in which the worker still burns. Several may call at once. A thread that ends between the look
  // and the call is the kernel's to refuse: its number is not given out again so soon.
  void Yield(int64_t now_ms) {
    burned_at_ms_.store(now_ms, std::memory_order_relaxed);
    const net::ThreadId worker = worker_.load(std::memory_order_acquire);
    if (worker == 0) return;
    Place place = Place::kOwn;
    if (place_.compare_exchange_strong(place, first_place_, std::memory_order_acq_rel)) {
      if (first_place_ == Place::kNicer) return void(net::SetNiceness(worker, yielding_niceness_));
      look_.Begin(now_ms, WorkerCpuMs());
      net::EnterIdleClass(worker);
    } else if (place == Place::kIdleClass) {
      LeaveIdleClassIfStarved(worker, now_ms);
    }
  }

  // Worker, whenever it takes requests: true when it must look at the clock and call Return.
  bool yields() const { return place_.load(std::memory_order_relaxed) != Place::kOwn && may_return_; }

  // Worker: back to its own place if it has been calm. Without the right to that it stays nicer until it is replaced.
  void Return(int64_t now_ms) {
    if (now_ms - burned_at_ms_.load(std::memory_order_relaxed) < kCalmMs) return;
    Place place = place_.load(std::memory_order_acquire);
    const net::ThreadId worker = worker_.load(std::memory_order_relaxed);
    may_return_ = place == Place::kIdleClass ? net::LeaveIdleClass(worker) : net::SetNiceness(worker, own_niceness_);
    // An I/O thread that moved it meanwhile wins; the next call brings the worker back from there.
    if (may_return_) place_.compare_exchange_strong(place, Place::kOwn, std::memory_order_acq_rel);
  }

 private:
  enum class Place : uint8_t { kOwn, kIdleClass, kNicer };

  // The last look at how much of a core the worker gets, by any I/O thread.
  struct Look {
    std::atomic<int64_t> at_ms{0};
    std::atomic<int64_t> cpu_ms{0};

    void Begin(int64_t now_ms, int64_t worker_cpu_ms) {
      cpu_ms.store(worker_cpu_ms, std::memory_order_relaxed);
      at_ms.store(now_ms, std::memory_order_relaxed);
    }
  };

  void LeaveIdleClassIfStarved(net::ThreadId worker, int64_t now_ms) {
    if (now_ms - look_.at_ms.load(std::memory_order_relaxed) < kStarvedMs) return;
    const int64_t cpu_ms = WorkerCpuMs();
    const bool starved = cpu_ms - look_.cpu_ms.load(std::memory_order_relaxed) < kStarvedCpuMs;
    look_.Begin(now_ms, cpu_ms);
    Place place = Place::kIdleClass;
    if (!starved || !place_.compare_exchange_strong(place, Place::kNicer, std::memory_order_acq_rel)) return;
    net::SetNiceness(worker, yielding_niceness_);
    net::LeaveIdleClass(worker);
  }

  std::atomic<net::ThreadId> worker_{0};  // 0: nobody, or a thread to leave alone
  std::atomic<Place> place_{Place::kOwn};
  std::atomic<int64_t> burned_at_ms_{0};
  Look look_;                             // counts while the place is the idle class
  clockid_t cpu_clock_{};                 // this and the next two: written before worker_
  int yielding_niceness_ = 0;
  Place first_place_ = Place::kNicer;     // where a worker that burns is moved to
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
    if (parked || taken != taken_ || answered != answered_ || since_ms_ == kUnknown) {
      taken_ = taken;
      answered_ = answered;
      since_ms_ = seen_ms_ = now_ms;
      cpu_since_ms_ = kUnknown;
      return false;
    }
    seen_ms_ = now_ms;
    if (now_ms - since_ms_ < kSuspectMs) return false;  // a system call that nearly no turn needs
    const int64_t cpu_ms = precedence.WorkerCpuMs();
    if (cpu_ms < 0) return false;
    if (cpu_since_ms_ == kUnknown) cpu_since_ms_ = cpu_ms;
    return cpu_ms - cpu_since_ms_ >= kLimitMs - kSuspectMs;
  }

  // Whether it has been seen to stand for `at_least_ms`, burning or blocked in one call, and stands still now.
  bool Lasts(bool parked, uint32_t taken, uint32_t answered, int64_t at_least_ms) const {
    return !parked && taken == taken_ && answered == answered_ && seen_ms_ - since_ms_ >= at_least_ms;
  }

 private:
  static constexpr int64_t kSuspectMs = 10;
  static constexpr int64_t kUnknown = -1;

  uint32_t taken_ = 0, answered_ = 0;
  int64_t since_ms_ = kUnknown;
  int64_t seen_ms_ = kUnknown;  // the last look
  int64_t cpu_since_ms_ = kUnknown;
};

}  // namespace fastserve::queue
