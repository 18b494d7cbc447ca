// A number that one thread counts and any thread reads, at any time (relaxed: each is right, together they may be a moment
// apart).
#pragma once

#include <atomic>
#include <cstdint>

namespace fastserve::base {

class Counter {
 public:
  void Add(uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void Subtract(uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed); }
  uint64_t Read() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace fastserve::base
