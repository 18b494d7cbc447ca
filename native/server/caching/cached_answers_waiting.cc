// Requests that wait for the answer to another one, and those that renew what is stale. See cached_answers.h.
#include <algorithm>
#include <utility>

#include "native/server/caching/cached_answers.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

void CachedAnswers::Call(uint64_t ticket) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(ticket);
  }
  // seq_cst: with Park and HasWork the Dekker pair of native/queue/parking.h.
  called_.store(true, std::memory_order_seq_cst);
  if (door_.parking.ShouldRing()) door_.wakeup.Ring();
}

void CachedAnswers::Collect(int64_t now_ms) {
  if (called_.load(std::memory_order_relaxed)) {
    std::vector<uint64_t> calls;
    called_.store(false, std::memory_order_seq_cst);
    {
      const std::lock_guard lock(mutex_);
      calls.swap(calls_);
    }
    for (const uint64_t ticket : calls) RouteAgain(static_cast<uint32_t>(ticket), CacheTurn::kAgain);
  }
  if (earliest_ms_ <= now_ms) RouteLate(now_ms);
  SendRenewals();
}

void CachedAnswers::RouteLate(int64_t now_ms) {
  std::vector<uint32_t> late;
  earliest_ms_ = kNever;
  for (const auto& [token, parked] : parked_) {
    if (parked.deadline_ms <= now_ms) late.push_back(token);
    else earliest_ms_ = std::min(earliest_ms_, parked.deadline_ms);
  }
  for (const uint32_t token : late) RouteAgain(token, CacheTurn::kAlone);
}

// Where nothing took a renewal over (the route is another one now, or the system has no descriptor left), its fill ends here.
void CachedAnswers::SendRenewals() {
  while (!renewals_.empty()) {
    Renewal renewal = std::move(renewals_.back());
    renewals_.pop_back();
    const std::string head = renewal.request.head;
    renewed_ = &renewal.request;
    io_.RequestWithoutClient(renewal.peer, renewal.tls, head);
    if (std::exchange(renewed_, nullptr) == nullptr) continue;
    store_->Finish(renewal.request.key.text(), renewal.request.hash, renewal.request.fill, nullptr, 0);
  }
}

int64_t CachedAnswers::NextDeadlineMs(int64_t now_ms) const {
  return earliest_ms_ == kNever ? -1 : std::max<int64_t>(0, earliest_ms_ - now_ms);
}

void CachedAnswers::RouteAgain(uint32_t token, CacheTurn turn) {
  const auto found = parked_.find(token);
  if (found == parked_.end()) return;
  const std::string head = std::move(found->second.head);
  parked_.erase(found);
  Exchange* exchange = io_.exchanges().Find(token);
  if (exchange == nullptr || exchange->connection == nullptr) return;  // its client has left
  exchange->cache_turn = turn;
  exchange->connection->RouteAgain(exchange, head);
}

}  // namespace fastserve::server
