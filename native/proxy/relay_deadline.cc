// How long a relay waits, and what becomes of it then.
#include <algorithm>
#include <limits>

#include "native/proxy/relay.h"

namespace fastserve::proxy {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

int64_t Relay::Deadline() const {
  const UpstreamTimeouts& timeouts = pool_.spec().timeouts;
  int64_t limit_ms = 0;
  int64_t since_ms = phase_ms_;
  switch (state_) {
    case State::kWaiting:
      limit_ms = timeouts.queue_ms;
      break;
    case State::kConnecting:
      limit_ms = timeouts.connect_ms;
      break;
    case State::kSending:
      limit_ms = request_sent_ ? timeouts.first_byte_ms : timeouts.send_ms;
      if (!request_sent_) since_ms = std::max(since_ms, connection_->last_progress_ms());
      break;
    case State::kAnswering:
      limit_ms = answer_complete_ ? 0 : timeouts.idle_ms;
      break;
    default:
      break;
  }
  int64_t deadline = limit_ms > 0 ? since_ms + limit_ms : kNever;
  const bool upstream_owes = !answer_complete_ && state_ != State::kCollecting && state_ != State::kTunnel;
  if (timeouts.total_ms > 0 && upstream_owes) deadline = std::min(deadline, started_ms_ + timeouts.total_ms);
  if (request_.deadline_ms != 0 && AwaitsHead()) [[unlikely]] deadline = std::min(deadline, request_.deadline_ms);
  return deadline;
}

// The timer is armed lazily: a deadline that moved into the future costs nothing until the old one comes.
void Relay::Rearm() {
  const int64_t deadline = Deadline();
  if (deadline != kNever && (!timer_.armed() || timer_.deadline_ms > deadline)) io_.wheel().Arm(&timer_, deadline);
}

void Relay::OnTimer() {
  const int64_t now_ms = io_.now_ms();
  // Whose turn it is: an upstream that is not read, or that waits for the client's content, is not late.
  if (state_ == State::kAnswering && !WantsBytes()) phase_ms_ = now_ms;
  if (state_ == State::kSending && !request_sent_ && !content_ended_ && connection_->output().empty()) phase_ms_ = now_ms;
  const int64_t deadline = Deadline();
  if (deadline == kNever) return;
  if (now_ms < deadline) return Rearm();
  // Says nothing about the server: the client has stopped to wait, as if it had left.
  if (request_.deadline_ms != 0 && AwaitsHead() && now_ms >= request_.deadline_ms) [[unlikely]] return GiveUp(504);
  switch (state_) {
    case State::kWaiting:
      return GiveUp(503);
    case State::kConnecting:
      return FailAttempt(Outcome::kConnectTimeout, 504);
    case State::kSending:
      return FailAttempt(Outcome::kTimeout, 504);
    case State::kAnswering:
      return Cut();
    default:
      return;
  }
}

}  // namespace fastserve::proxy
