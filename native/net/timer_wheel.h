// Hashed timer wheel: O(1) arm, re-arm and cancel for tens of thousands of connections. Owner's thread only.
#pragma once

#include <cstdint>

namespace fastserve::net {

// Embedded in what it times. Cancelled by its destructor is NOT done: cancel before the owner dies.
struct Timer {
  Timer* next = nullptr;
  Timer* previous = nullptr;
  int64_t deadline_ms = 0;   // monotonic
  void* owner = nullptr;     // what fired; the wheel's callback gets the timer
  uint8_t kind = 0;          // the owner's
  bool armed() const { return next != nullptr; }
};

class TimerWheel {
 public:
  static constexpr int64_t kTickMs = 16;   // resolution: a timer fires 0..kTickMs late, never early
  static constexpr int kSlots = 1024;      // one revolution is 16.4 s; longer timers stay for several

  explicit TimerWheel(int64_t now_ms);
  void Arm(Timer* timer, int64_t deadline_ms);  // re-arms when armed
  void Cancel(Timer* timer);                    // harmless when not armed

  // Fires everything due at `now_ms`. The callback may arm and cancel any timer, the fired one included.
  // A jump of many revolutions (suspended process) visits each slot at most once.
  template <typename Callback>
  void Advance(int64_t now_ms, Callback&& fire) {
    while (Timer* timer = PopDue(now_ms)) fire(timer);
  }

  // Milliseconds until Advance has something to look at, -1 when no timer is armed. At most one revolution.
  int64_t NextDelayMs(int64_t now_ms) const;
  uint32_t armed_count() const { return armed_count_; }

 private:
  Timer* PopDue(int64_t now_ms);
  Timer slots_[kSlots];  // list heads
  int64_t current_tick_;
  uint32_t armed_count_ = 0;
};

}  // namespace fastserve::net
