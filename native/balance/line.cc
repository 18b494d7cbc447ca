#include "native/balance/line.h"

#include <algorithm>

namespace fastserve::balance {

bool Line::Enter(Sleeper* sleeper, uint32_t most, bool again) {
  const std::lock_guard lock(mutex_);
  if (sleepers_.size() >= most) return false;
  sleepers_.insert(again ? sleepers_.begin() : sleepers_.end(), sleeper);
  size_.store(sleepers_.size(), std::memory_order_seq_cst);
  return true;
}

void Line::Leave(Sleeper* sleeper) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(sleepers_, sleeper);
  if (found == sleepers_.end()) return;
  sleepers_.erase(found);
  size_.store(sleepers_.size(), std::memory_order_seq_cst);
}

void Line::LeaveAll(Sleeper* sleeper) {
  const std::lock_guard lock(mutex_);
  std::erase(sleepers_, sleeper);
  size_.store(sleepers_.size(), std::memory_order_seq_cst);
}

bool Line::CallFirst(const Sleeper* own) {
  const std::lock_guard lock(mutex_);
  if (sleepers_.empty()) return false;
  Sleeper* const first = sleepers_.front();
  sleepers_.pop_front();
  size_.store(sleepers_.size(), std::memory_order_seq_cst);
  if (first == own) return true;
  first->Wake();
  return false;
}

}  // namespace fastserve::balance
