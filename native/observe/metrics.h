// What one I/O thread counts of the requests that it answered, by series: one for each lane that answers without a view, one
// for each route. The thread adds, any thread reads; nothing is locked.
//
// DESIGN: a series is made by the thread when it first counts there and published by pointer, so that an application with a
// thousand routes pays for those that are used. Series outlive generations of code: a route that stays keeps its number
// (SeriesNames).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "native/observe/histogram.h"

namespace fastserve::observe {

// Below: lanes, by their number. From here on: routes.
constexpr uint16_t kFirstRouteSeries = 16;
constexpr uint16_t kMaxSeries = 1024;

struct Series {
  base::Counter by_class[6];  // of the status: by_class[2] is 2xx; 0: what is none
  LatencyHistogram latency;
};

class ThreadMetrics {
 public:
  ~ThreadMetrics();
  // The owning thread. `series` < kMaxSeries.
  void Count(uint16_t series, uint16_t status, int64_t latency_ns);
  void CountQueueWait(int64_t wait_ns) { queue_wait_.Add(wait_ns); }
  // Any thread; nullptr for one that counted nothing yet.
  const Series* Find(uint16_t series) const { return series_[series].load(std::memory_order_acquire); }
  const LatencyHistogram& queue_wait() const { return queue_wait_; }

 private:
  std::array<std::atomic<Series*>, kMaxSeries> series_{};  // release by the owner, acquire by readers
  LatencyHistogram queue_wait_;
};

// A series summed over threads.
struct SeriesTotal {
  uint16_t series = 0;
  std::string name;
  uint64_t by_class[6] = {};
  uint64_t buckets[kLatencyBuckets] = {};
  uint64_t sum_ns = 0;
  void Add(const Series& counted);
};
struct LatencyTotal {
  uint64_t buckets[kLatencyBuckets] = {};
  uint64_t sum_ns = 0;
  void Add(const LatencyHistogram& counted);
};

// The series of route patterns, for the life of a server. Any thread.
class SeriesNames {
 public:
  // The number of `pattern`'s series, the same whenever it is asked for. Those that no longer fit share the last one.
  uint16_t Intern(std::string_view pattern);
  // Of routes only; "" for a number that was not given out.
  std::string NameOf(uint16_t series) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> names_;  // by series - kFirstRouteSeries
};

}  // namespace fastserve::observe
