#include "native/balance/server_health.h"

#include <algorithm>

namespace fastserve::balance {

namespace {

// No open circuit is tried earlier than this, even when nothing else serves: a server that hangs costs each trial its limit.
constexpr int64_t kLeastSpareMs = 200;
// A trial that nobody ends frees its place.
constexpr int64_t kTrialMs = 60000;

}  // namespace

bool ServerHealth::WouldAdmit(int64_t now_ms, bool early) const {
  if (!checked()) return false;
  switch (state()) {
    case State::kClosed:
      return true;
    case State::kOpen:
      return open_until_ms_.load(std::memory_order_relaxed) <= now_ms ||
             (early && window_began_ms_.load(std::memory_order_relaxed) + kLeastSpareMs <= now_ms);
    case State::kTrial:
      return trial_until_ms_.load(std::memory_order_relaxed) <= now_ms;
  }
  return false;
}

bool ServerHealth::Admit(int64_t now_ms, bool early) {
  if (!WouldAdmit(now_ms, early)) return false;
  State expected = state();
  if (expected == State::kClosed) return true;
  if (expected == State::kTrial) {
    int64_t until = trial_until_ms_.load(std::memory_order_relaxed);
    return until <= now_ms &&
           trial_until_ms_.compare_exchange_strong(until, now_ms + kTrialMs, std::memory_order_relaxed);
  }
  trial_until_ms_.store(now_ms + kTrialMs, std::memory_order_relaxed);
  return state_.compare_exchange_strong(expected, State::kTrial, std::memory_order_relaxed);
}

void ServerHealth::OnSuccess(int64_t now_ms) {
  State expected = State::kTrial;
  if (state_.compare_exchange_strong(expected, State::kClosed, std::memory_order_relaxed)) {
    back_since_ms_.store(now_ms, std::memory_order_relaxed);
    openings_.store(0, std::memory_order_relaxed);
    failures_.store(0, std::memory_order_relaxed);
  }
}

void ServerHealth::OnFailure(const HealthSettings& settings, int64_t now_ms) {
  if (settings.max_failures == 0) return;
  State expected = State::kTrial;
  if (state_.compare_exchange_strong(expected, State::kOpen, std::memory_order_relaxed)) return Open(settings, now_ms);
  if (expected == State::kOpen) return;  // a request that was sent before
  if (window_began_ms_.load(std::memory_order_relaxed) + settings.window_ms <= now_ms) {
    window_began_ms_.store(now_ms, std::memory_order_relaxed);
    failures_.store(0, std::memory_order_relaxed);
  }
  if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 < settings.max_failures) return;
  expected = State::kClosed;
  if (state_.compare_exchange_strong(expected, State::kOpen, std::memory_order_relaxed)) Open(settings, now_ms);
}

void ServerHealth::Open(const HealthSettings& settings, int64_t now_ms) {
  const uint32_t doublings = std::min(openings_.fetch_add(1, std::memory_order_relaxed), 16u);
  const int64_t spare_ms = std::min(settings.spare_ms << doublings, std::max(settings.max_spare_ms, settings.spare_ms));
  window_began_ms_.store(now_ms, std::memory_order_relaxed);
  open_until_ms_.store(now_ms + spare_ms, std::memory_order_relaxed);
  failures_.store(0, std::memory_order_relaxed);
}

void ServerHealth::OnAbandoned() {
  // Somebody else may try at once.
  State expected = State::kTrial;
  state_.compare_exchange_strong(expected, State::kOpen, std::memory_order_relaxed);
}

void ServerHealth::SetChecked(bool serves, int64_t now_ms) {
  if (checked_.exchange(serves, std::memory_order_relaxed) == serves || !serves) return;
  back_since_ms_.store(now_ms, std::memory_order_relaxed);
  state_.store(State::kClosed, std::memory_order_relaxed);
  failures_.store(0, std::memory_order_relaxed);
  openings_.store(0, std::memory_order_relaxed);
}

}  // namespace fastserve::balance
