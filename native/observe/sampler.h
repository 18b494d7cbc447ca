// Chooses the requests of one I/O thread that are traced: a share of them, and never more than so many in a second, so that
// tracing costs little on a busy server and misses nothing on a quiet one.
#pragma once

#include <cstdint>

namespace fastserve::observe {

class Sampler {
 public:
  // `share`: 0 to 1. `per_second`: 0 is none.
  Sampler(double share, uint32_t per_second) : share_(share), per_second_(per_second) {}

  // `now_ns`: monotonic.
  bool Take(int64_t now_ns) {
    if (per_second_ == 0) return false;
    due_ += share_;  // evenly spread: no random numbers, and exact over time
    if (due_ < 1) return false;
    due_ -= 1;
    const int64_t second = now_ns / 1'000'000'000;
    if (second != second_) {
      second_ = second;
      taken_ = 0;
    }
    return taken_ < per_second_ && ++taken_ > 0;
  }

 private:
  const double share_;
  const uint32_t per_second_;
  double due_ = 0;
  int64_t second_ = 0;
  uint32_t taken_ = 0;
};

}  // namespace fastserve::observe
