// How many requests of a kind are under way at once, over all I/O threads. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace fastserve::limits {

// The count of one rule. Every order is relaxed: the count alone matters, nothing is published by it.
class ConcurrencyCount {
 public:
  explicit ConcurrencyCount(uint32_t most) : most_(most) {}

  // False when as many as allowed are under way.
  bool Enter() {
    uint32_t now = count_.load(std::memory_order_relaxed);
    while (now < most_) {
      if (count_.compare_exchange_weak(now, now + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void Leave() { count_.fetch_sub(1, std::memory_order_relaxed); }
  uint32_t current() const { return count_.load(std::memory_order_relaxed); }

 private:
  const uint32_t most_;
  std::atomic<uint32_t> count_{0};
};

// A request that is counted, until this ends. Empty by default. It keeps the count alive: rules may be replaced meanwhile.
class ConcurrencySlot {
 public:
  ConcurrencySlot() = default;
  explicit ConcurrencySlot(std::shared_ptr<ConcurrencyCount> entered) : count_(std::move(entered)) {}
  ConcurrencySlot(ConcurrencySlot&& other) noexcept = default;
  ConcurrencySlot& operator=(ConcurrencySlot&& other) noexcept {
    if (this != &other) {
      Leave();
      count_ = std::move(other.count_);
    }
    return *this;
  }
  ~ConcurrencySlot() { Leave(); }
  explicit operator bool() const { return count_ != nullptr; }

 private:
  void Leave() {
    if (count_ != nullptr) count_->Leave();
    count_.reset();
  }
  std::shared_ptr<ConcurrencyCount> count_;
};

}  // namespace fastserve::limits
