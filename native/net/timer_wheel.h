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
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  void Arm(Timer* timer, int64_t deadline_ms);  // re-arms when armed; a deadline in the past fires in the next Advance
  void Cancel(Timer* timer);                    // harmless when not armed

  // Fires everything due at `now_ms`. The callback may arm and cancel any timer, the fired one included; what it arms
  // fires in a later Advance even when due at once, so that no callback can keep this one going.
  // A jump of many revolutions (suspended process) visits each slot at most once.
  template <typename Callback>
  void Advance(int64_t now_ms, Callback&& fire) {
    CollectDue(now_ms);
    while (Timer* timer = PopFiring()) fire(timer);
  }

  // Milliseconds until Advance has something to look at, -1 when no timer is armed. At most one revolution.
  int64_t NextDelayMs(int64_t now_ms) const;
  uint32_t armed_count() const { return armed_count_; }

 private:
  static constexpr int kSlotMask = kSlots - 1;
  static_assert((kSlots & kSlotMask) == 0, "slots are found by masking");

  void CollectDue(int64_t now_ms);
  void CollectSlot(int slot, int64_t now_tick);
  Timer* PopFiring();
  void Unlink(Timer* timer);
  int FirstOccupiedSlot(int from) const;

  // W1: every armed timer is in exactly one list: of its slot; overdue_, when it was armed with a deadline not after now_ms_;
  //     firing_, while an Advance has still to hand it to the callback.
  // W2: the bit of a slot in occupied_ is set exactly when its list is not empty.
  Timer slots_[kSlots];  // list heads
  Timer overdue_;        // list head
  Timer firing_;         // list head
  uint64_t occupied_[kSlots / 64] = {};
  int64_t now_ms_;  // of the last Advance: the slots of its tick and of those before have been looked at
  uint32_t armed_count_ = 0;
};

}  // namespace fastserve::net
