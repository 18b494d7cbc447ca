// Latencies by size: four buckets for each doubling, from 16 microseconds to nine minutes, so that a percentile read from them
// is at most a quarter too high. One thread adds, any thread reads.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/base/counter.h"

namespace fastserve::observe {

constexpr size_t kLatencyBuckets = 92;
// Width of the first buckets: 2^14 ns.
constexpr int kLatencyUnitBits = 14;

// The bucket of a latency; what is beyond the last one's bound is in the last.
constexpr size_t LatencyBucketOf(int64_t latency_ns) {
  const uint64_t units = static_cast<uint64_t>(std::max<int64_t>(latency_ns, 0)) >> kLatencyUnitBits;
  if (units < 4) return static_cast<size_t>(units);
  const int shift = std::bit_width(units) - 3;
  return std::min<size_t>(static_cast<size_t>(4 * shift) + (units >> shift), kLatencyBuckets - 1);
}

// The lowest latency that is beyond the bucket, in ns.
constexpr uint64_t LatencyBound(size_t bucket) {
  const uint64_t units = bucket < 4 ? bucket + 1 : (bucket % 4 + 5) << (bucket / 4 - 1);
  return units << kLatencyUnitBits;
}

class LatencyHistogram {
 public:
  void Add(int64_t latency_ns) {
    buckets_[LatencyBucketOf(latency_ns)].Add();
    sum_ns_.Add(static_cast<uint64_t>(std::max<int64_t>(latency_ns, 0)));
  }
  uint64_t bucket(size_t index) const { return buckets_[index].Read(); }
  uint64_t sum_ns() const { return sum_ns_.Read(); }

 private:
  base::Counter buckets_[kLatencyBuckets];
  base::Counter sum_ns_;
};

}  // namespace fastserve::observe
