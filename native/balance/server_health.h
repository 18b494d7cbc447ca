// Whether one server is worth a request, judged by how its requests go: a circuit breaker.
//
//   closed ──max_failures within the window──► open ──its time is over──► trial ──answered──► closed, slow start
//                                                ▲                          │ failure: twice as long
//                                                └──────────────────────────┘
//
// DESIGN: one object for all I/O threads, so that what one has learnt spares the others; atomics without a lock. Counts may be
// off by one where two threads fail at once, which moves the opening of the circuit by one failure and harms nobody.
#pragma once

#include <atomic>
#include <cstdint>

#include "native/balance/settings.h"

namespace fastserve::balance {

class ServerHealth {
 public:
  enum class State : uint8_t { kClosed, kOpen, kTrial };

  // Whether a request may go there now. Where the circuit's time is over, the caller that gets true has the one trial and
  // owes OnSuccess, OnFailure or OnAbandoned. `early`: no server serves, so an open circuit may be tried before its time.
  bool Admit(int64_t now_ms, bool early);
  // As Admit, but takes nothing.
  bool WouldAdmit(int64_t now_ms, bool early) const;

  void OnSuccess(int64_t now_ms);
  void OnFailure(const HealthSettings& settings, int64_t now_ms);
  // The attempt says nothing about the server.
  void OnAbandoned();

  // The word of active checks, which goes before all else.
  void SetChecked(bool serves, int64_t now_ms);

  State state() const { return state_.load(std::memory_order_relaxed); }
  bool checked() const { return checked_.load(std::memory_order_relaxed); }
  // When it last came back, 0: it has always been there.
  int64_t back_since_ms() const { return back_since_ms_.load(std::memory_order_relaxed); }

 private:
  void Open(const HealthSettings& settings, int64_t now_ms);

  std::atomic<State> state_{State::kClosed};
  std::atomic<bool> checked_{true};
  std::atomic<uint32_t> failures_{0};
  std::atomic<uint32_t> openings_{0};  // in a row
  std::atomic<int64_t> window_began_ms_{0};
  std::atomic<int64_t> open_until_ms_{0};
  std::atomic<int64_t> trial_until_ms_{0};
  std::atomic<int64_t> back_since_ms_{0};
};

}  // namespace fastserve::balance
