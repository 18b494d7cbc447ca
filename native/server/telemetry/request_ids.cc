#include "native/server/telemetry/request_ids.h"

#include <sys/random.h>

#include "native/base/clock.h"

namespace fastserve::server {

RequestIds::RequestIds() {
  if (::getrandom(&state_, sizeof state_, GRND_NONBLOCK) == sizeof state_) return;
  // Only before the kernel's generator is ready, early in the machine's life.
  state_ = static_cast<uint64_t>(base::MonotonicNs()) ^ reinterpret_cast<uintptr_t>(this);
}

// SplitMix64 (Steele, Lea, Flood 2014): a counter and a mixing function that is one to one, so nothing repeats in 2^64.
std::string RequestIds::Next() {
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
  mixed ^= mixed >> 31;
  std::string id(16, '0');
  for (char& digit : id) {
    digit = "0123456789abcdef"[mixed >> 60];
    mixed <<= 4;
  }
  return id;
}

}  // namespace fastserve::server
