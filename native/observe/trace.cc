#include "native/observe/trace.h"

#include <algorithm>

namespace fastserve::observe {

void TraceRing::Add(std::unique_ptr<Trace> trace, bool slow) {
  const std::lock_guard lock(mutex_);
  trace->serial = ++serial_;
  if (slow) {
    Put(&slow_, &next_slow_, kSlow, std::move(trace));
  } else {
    Put(&sampled_, &next_sampled_, kSampled, std::move(trace));
  }
}

void TraceRing::Put(std::vector<std::unique_ptr<Trace>>* ring, size_t* next, size_t room, std::unique_ptr<Trace> trace) {
  if (ring->size() < room) {
    ring->push_back(std::move(trace));
    return;
  }
  (*ring)[*next] = std::move(trace);
  *next = (*next + 1) % room;
}

std::vector<Trace> TraceRing::ReadAfter(uint64_t serial) const {
  std::vector<Trace> found;
  const std::lock_guard lock(mutex_);
  for (const auto* ring : {&sampled_, &slow_}) {
    for (const auto& trace : *ring) {
      if (trace->serial > serial) found.push_back(*trace);
    }
  }
  std::ranges::sort(found, {}, &Trace::serial);
  return found;
}

}  // namespace fastserve::observe
