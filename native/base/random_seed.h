// A seed for hashes whose keys peers choose. Any thread.
#pragma once

#include <sys/random.h>

#include <cstdint>

#include "native/base/clock.h"

namespace fastserve::base {

// Secret, as far as the kernel has random numbers so early; never waits for them.
inline uint64_t RandomSeed() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) == sizeof seed) return seed;
  return static_cast<uint64_t>(MonotonicNs());
}

}  // namespace fastserve::base
