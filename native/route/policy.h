// What a route asks of the front beyond its pattern: how its requests are limited and where they run. Plain data, part of a
// compiled table; the server gives it effect.
#pragma once

#include <cstdint>

namespace fastserve::route {

// Whether a request whose worker died with it is given to another one, once.
enum class Replay : uint8_t { kInherit, kNever, kSafe /* methods only */ };

struct RoutePolicy {
  static constexpr int64_t kInherit = -1;  // the server's own setting holds

  // Milliseconds from the hand-over to a worker; 0: no limit.
  int64_t timeout_ms = kInherit;       // 504
  int64_t soft_timeout_ms = kInherit;  // request.signal aborts, the answer may still come
  Replay replay = Replay::kInherit;
  uint8_t pool = 0;  // whose workers get it: by place among the server's pools
  uint32_t concurrency = 0;    // most that may be under way at once; 0: any number
  bool rejects_beyond = false; // 503 for more; else they wait
};

}  // namespace fastserve::route
