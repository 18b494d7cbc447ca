// The generic cell rate algorithm (ITU-T I.371, Annex A: virtual scheduling): a rate with a burst in one number for each key.
// Pure, any thread.
//
// The number is the theoretical arrival time (TAT) of the next request, were all of them spread evenly. A request is
// conforming while the TAT is at most `burst` intervals ahead of the clock:
//
//        now            TAT                  now + burst * interval
//   ──────┼──────────────┼──────────────────────┼─────►    conforming: TAT goes one interval further
//
// It behaves as a bucket of burst + 1 tokens that gets one token in each interval.
#pragma once

#include <algorithm>
#include <cstdint>

namespace fastserve::limits {

struct Gcra {
  int64_t interval_ns = 1'000'000'000;  // 1 / rate, at least 1
  int64_t burst = 0;                    // requests beyond the rate at once

  int64_t tolerance_ns() const { return interval_ns * burst; }
};

// `count` requests at once, and one more each `period_ns` / `count`. Both at least 1.
inline Gcra EvenRate(int64_t count, int64_t period_ns) { return {std::max<int64_t>(1, period_ns / count), count - 1}; }

struct GcraVerdict {
  bool conforms = false;
  int64_t tat_ns = 0;       // to be kept for the key; unchanged by a request that does not conform
  int64_t remaining = 0;    // further requests that would conform at once
  int64_t wait_ns = 0;      // not conforming: until one request would
  int64_t behind_ns = 0;    // conforming: how long after now it would come at an even rate
};

// `tat_ns`: what was kept for the key, 0 for a new one. `now_ns`: of a monotonic clock.
inline GcraVerdict Judge(const Gcra& rule, int64_t tat_ns, int64_t now_ns) {
  const int64_t start = std::max(tat_ns, now_ns);
  const int64_t ahead = start - now_ns;
  const int64_t room = rule.tolerance_ns() - ahead;
  if (room < 0) return {false, tat_ns, 0, -room, 0};
  return {true, start + rule.interval_ns, room / rule.interval_ns, 0, ahead};
}

}  // namespace fastserve::limits
