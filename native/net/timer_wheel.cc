// TimerWheel: lists of timers by tick, and a bitmap of the lists that are not empty. The owner's thread.
//
//   tick of a deadline = deadline / kTickMs, rounded up: fires when now / kTickMs, rounded down, has reached it
//
//            overdue_        slots_[tick % kSlots]
//               │      ┌──────┬──────┬──────┬── ─ ─ ──┐
//               │      │ cur+1│ cur+2│ cur+3│         │  a list holds its ticks of all revolutions
//               │      └──┬───┴──┬───┴──────┴── ─ ─ ──┘
//               └────┬────┴──────┘ CollectDue(now)
//                    ▼
//                 firing_ ── PopFiring ──► callback
#include "native/net/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace fastserve::net {
namespace {

int64_t TickOfDeadline(int64_t deadline_ms) {
  return deadline_ms / TimerWheel::kTickMs + (deadline_ms % TimerWheel::kTickMs > 0 ? 1 : 0);
}

void MakeEmpty(Timer* head) { head->next = head->previous = head; }
bool IsEmpty(const Timer& head) { return head.next == &head; }

void PushBack(Timer* head, Timer* timer) {
  timer->previous = head->previous;
  timer->next = head;
  head->previous->next = timer;
  head->previous = timer;
}

// Puts the timers of `from` behind those of `to`.
void MoveAll(Timer* from, Timer* to) {
  if (IsEmpty(*from)) return;
  from->next->previous = to->previous;
  to->previous->next = from->next;
  from->previous->next = to;
  to->previous = from->previous;
  MakeEmpty(from);
}

constexpr uint64_t BitOf(int slot) { return uint64_t{1} << (slot & 63); }

}  // namespace

TimerWheel::TimerWheel(int64_t now_ms) : now_ms_(now_ms) {
  for (Timer& head : slots_) MakeEmpty(&head);
  MakeEmpty(&overdue_);
  MakeEmpty(&firing_);
}

void TimerWheel::Arm(Timer* timer, int64_t deadline_ms) {
  Cancel(timer);
  timer->deadline_ms = deadline_ms;
  ++armed_count_;
  if (deadline_ms <= now_ms_) {
    PushBack(&overdue_, timer);
    return;
  }
  const int slot = static_cast<int>(TickOfDeadline(deadline_ms) & kSlotMask);
  PushBack(&slots_[slot], timer);
  occupied_[slot / 64] |= BitOf(slot);
}

void TimerWheel::Cancel(Timer* timer) {
  if (!timer->armed()) return;
  Unlink(timer);
  --armed_count_;
}

void TimerWheel::Unlink(Timer* timer) {
  Timer* const left = timer->next;
  const bool was_last = left == timer->previous;  // then `left` is the list's head
  timer->previous->next = timer->next;
  timer->next->previous = timer->previous;
  timer->next = timer->previous = nullptr;
  if (!was_last || left == &overdue_ || left == &firing_) return;
  const int slot = static_cast<int>(left - slots_);
  occupied_[slot / 64] &= ~BitOf(slot);  // W2
}

void TimerWheel::CollectDue(int64_t now_ms) {
  MoveAll(&overdue_, &firing_);
  if (now_ms <= now_ms_) return;
  const int64_t now_tick = now_ms / kTickMs;
  const int64_t first = std::max(now_ms_ / kTickMs + 1, now_tick - kSlots + 1);
  for (int64_t tick = first; tick <= now_tick; ++tick) CollectSlot(static_cast<int>(tick & kSlotMask), now_tick);
  now_ms_ = now_ms;
}

void TimerWheel::CollectSlot(int slot, int64_t now_tick) {
  Timer* const head = &slots_[slot];
  for (Timer* timer = head->next; timer != head;) {
    Timer* const following = timer->next;
    if (TickOfDeadline(timer->deadline_ms) <= now_tick) {
      Unlink(timer);
      PushBack(&firing_, timer);
    }
    timer = following;
  }
}

Timer* TimerWheel::PopFiring() {
  if (IsEmpty(firing_)) return nullptr;
  Timer* const timer = firing_.next;
  Cancel(timer);
  return timer;
}

int64_t TimerWheel::NextDelayMs(int64_t now_ms) const {
  if (armed_count_ == 0) return -1;
  if (!IsEmpty(overdue_) || !IsEmpty(firing_)) return 0;
  // The list found may hold timers of later revolutions only: then Advance looks at it for nothing, once a revolution.
  const int64_t next_tick = now_ms_ / kTickMs + 1;
  const int from = static_cast<int>(next_tick & kSlotMask);
  const int distance = (FirstOccupiedSlot(from) - from) & kSlotMask;
  return std::max<int64_t>(0, (next_tick + distance) * kTickMs - now_ms);
}

// The first slot with timers at or after `from`, around the wheel. There is one.
int TimerWheel::FirstOccupiedSlot(int from) const {
  constexpr int kWords = kSlots / 64;
  const int first_word = from / 64;
  uint64_t bits = occupied_[first_word] & ~(BitOf(from) - 1);
  int word = first_word;
  while (bits == 0) {
    word = (word + 1) % kWords;
    bits = occupied_[word];
    if (word == first_word) break;  // its low bits, below `from`, are the last to look at
  }
  return word * 64 + (bits == 0 ? 0 : std::countr_zero(bits));
}

}  // namespace fastserve::net
