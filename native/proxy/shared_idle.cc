#include "native/proxy/shared_idle.h"

#include <algorithm>
#include <utility>

namespace fastserve::proxy {

// Half of what is kept is the threads' own, in equal parts.
SharedIdle::SharedIdle(uint32_t keep_alive, uint32_t threads)
    : keep_alive_(keep_alive), most_of_thread_(keep_alive / 2 / threads), most_here_(keep_alive - most_of_thread_ * threads) {}

SharedIdle::Shelf* SharedIdle::Find(uint32_t server_id) {
  const auto found = std::ranges::find(shelves_, server_id, &Shelf::server_id);
  return found == shelves_.end() ? nullptr : &*found;
}

bool SharedIdle::Lend(Lendable* connection, const void* owner, uint32_t server_id, bool all) {
  const std::lock_guard lock(mutex_);
  Shelf* shelf = Find(server_id);
  const size_t known = shelf == nullptr ? 0 : shelf->loans.size();
  if (known >= (all ? keep_alive_ : most_here_)) return false;
  if (shelf == nullptr) shelf = &shelves_.emplace_back(Shelf{server_id, {}});
  shelf->loans.push_back({connection, owner});
  count_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

Lendable* SharedIdle::Take(uint32_t server_id, const void* owner, IdleSocket* copy) {
  if (count_.load(std::memory_order_relaxed) == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  Shelf* const shelf = Find(server_id);
  if (shelf == nullptr || shelf->loans.empty()) return nullptr;
  for (size_t at = shelf->loans.size(); at-- > 0;) {
    if (shelf->loans[at].owner == owner) return TakeOut(shelf, at);
  }
  *copy = shelf->loans.back().connection->Copy();
  if (copy->fd.valid()) TakeOut(shelf, shelf->loans.size() - 1);
  return nullptr;
}

Lendable* SharedIdle::TakeOut(Shelf* shelf, size_t at) {
  Lendable* const taken = shelf->loans[at].connection;
  shelf->loans.erase(shelf->loans.begin() + static_cast<ptrdiff_t>(at));
  count_.fetch_sub(1, std::memory_order_relaxed);
  return taken;
}

void SharedIdle::Withdraw(const Lendable* connection, uint32_t server_id) {
  const std::lock_guard lock(mutex_);
  Shelf* const shelf = Find(server_id);
  if (shelf == nullptr) return;
  const auto found = std::ranges::find(shelf->loans, connection, &Loan::connection);
  if (found != shelf->loans.end()) TakeOut(shelf, static_cast<size_t>(found - shelf->loans.begin()));
  // The server may have left for good.
  if (!shelf->loans.empty()) return;
  std::swap(*shelf, shelves_.back());
  shelves_.pop_back();
}

}  // namespace fastserve::proxy
