// Whether the content of a request arrives fast enough: how long it takes in all, and how much comes in each window. Plain
// arithmetic on the clock that it is given; the I/O thread.
//
//   began   kGraceMs        window   window   window ...              total
//     ├────── no rate yet ─────┼────────┼────────┼──── minimum rate ────┤ 408
//
// Time in which the server holds the client back (the application does not read) does not count.
#pragma once

#include <cstdint>

namespace fastserve::server {

class BodyPace {
 public:
  static constexpr int64_t kGraceMs = 10000;
  static constexpr int64_t kWindowMs = 5000;
  static constexpr int64_t kNever = INT64_MAX;

  // Content begins to arrive. 0 switches a limit off.
  void Begin(int64_t now_ms, int64_t total_ms, uint32_t bytes_per_second);
  // The client is held back from now on; may be said again.
  void Hold(int64_t now_ms);
  // It may send again; may be said again.
  void Release(int64_t now_ms);

  // `received`: bytes of content so far. True when the client is too slow; else the next look is due at next_look_ms().
  bool IsTooSlow(int64_t now_ms, uint64_t received);
  // When IsTooSlow could become true, kNever without a limit.
  int64_t next_look_ms() const;

 private:
  int64_t deadline_ms_ = kNever;    // of the whole content
  int64_t window_end_ms_ = kNever;
  int64_t held_since_ms_ = 0;       // 0: not held
  uint64_t window_start_bytes_ = 0; // received when the window began
  uint32_t window_least_ = 0;       // bytes that a window must bring
  bool in_grace_ = true;
};

}  // namespace fastserve::server
