#include "native/server/dispatch/waiting_line.h"

namespace fastserve::server {

void WaitingLine::Push(Exchange* exchange, int64_t now_ms) {
  if (by_age_.empty()) filled_ms_ = now_ms;
  by_age_.PushBack(exchange);
  if (fair_) ShareOf(exchange).waiting.PushBack(exchange);
}

void WaitingLine::PushAgain(Exchange* exchange, int64_t now_ms) {
  if (by_age_.empty()) filled_ms_ = now_ms;
  exchange->waits_again = true;
  ++again_;
  by_age_.PushFront(exchange);
}

Exchange* WaitingLine::Next(int64_t now_ms) const {
  if (again_ > 0) return by_age_.front();
  if (!fair_ || by_age_.empty()) return NewestFirst(now_ms) ? by_age_.back() : by_age_.front();
  const Share& next = turns_.front();
  return NewestFirst(now_ms) ? next.waiting.back() : next.waiting.front();
}

void WaitingLine::Take(Exchange* exchange) { Leave(exchange, true); }

void WaitingLine::Remove(Exchange* exchange) { Leave(exchange, false); }

void WaitingLine::Leave(Exchange* exchange, bool had_its_turn) {
  if (exchange->waits_again) {
    exchange->waits_again = false;
    --again_;
  } else if (fair_) {
    LeaveShare(exchange, had_its_turn);
  }
  by_age_.Remove(exchange);
}

WaitingLine::Share& WaitingLine::ShareOf(Exchange* exchange) {
  const auto [found, is_new] = shares_.try_emplace(exchange->share);
  if (is_new) found->second = turns_.insert(turns_.end(), Share{exchange->share, {}});
  return *found->second;
}

void WaitingLine::LeaveShare(Exchange* exchange, bool had_its_turn) {
  const auto found = shares_.find(exchange->share);
  const auto share = found->second;
  share->waiting.Remove(exchange);
  if (share->waiting.empty()) {
    turns_.erase(share);
    shares_.erase(found);
  } else if (had_its_turn) {
    turns_.splice(turns_.end(), turns_, share);
  }
}

}  // namespace fastserve::server
