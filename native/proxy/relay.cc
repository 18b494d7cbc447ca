// Attempts. The request: relay_request.cc; answers: relay_answer.cc; time: relay_deadline.cc.
#include "native/proxy/relay.h"

#include "native/base/clock.h"

namespace fastserve::proxy {

namespace {

// Content of a request that waits for its upstream: in memory, and at most (the limit of the whole content is the server's).
constexpr size_t kContentMemoryBytes = 65536;
constexpr uint64_t kContentMostBytes = uint64_t{1} << 40;

// RFC 9110 9.2.2. What is unknown may do anything.
bool IsIdempotent(http::Method method) {
  switch (method) {
    case http::Method::kGet:
    case http::Method::kHead:
    case http::Method::kPut:
    case http::Method::kDelete:
    case http::Method::kOptions:
    case http::Method::kTrace:
      return true;
    default:
      return false;
  }
}

}  // namespace

Relay::Relay(IoServices& io, Client& client, UpstreamPool& pool, Balancer& balancer, const RuleSpec& rule)
    : io_(io), client_(client), pool_(pool), balancer_(balancer), rule_(rule), buffered_(rule.buffer) {
  timer_.kind = kTimerKind;
  timer_.owner = static_cast<Timed*>(this);
}

Relay::~Relay() { Stop(); }

void Relay::Start() {
  content_ended_ = !request_.has_content;
  request_.own_head_bytes = request_.head.size();
  started_ms_ = io_.now_ms();
  attempt_ns_ = io_.now_ns();
  // uwsgi frames by a length that comes first.
  const bool collects = rule_.buffer_request || (pool_.spec().speaks_uwsgi && request_.content_length < 0);
  if (!request_.has_content || !collects) return NextAttempt(503);
  content_.emplace(kContentMemoryBytes, kContentMostBytes);
  Rearm();
  client_.WantContent();
}

// ---- attempts -------------------------------------------------------------------------------------------------------

// `otherwise`: the status when no server is left.
void Relay::NextAttempt(uint16_t otherwise) {
  state_ = State::kPicking;
  choice_ = balancer_.Pick({request_.method, request_.hash, request_.sticky_id}, excluded_, io_.now_ms(), this);
  switch (choice_.kind) {
    case Choice::Kind::kServer:
      reported_ = false;
      ++facts_.attempts;
      return Attempt(true);
    case Choice::Kind::kWait:
      state_ = State::kWaiting;
      phase_ms_ = io_.now_ms();
      return Rearm();
    case Choice::Kind::kNone:
      return GiveUp(otherwise);
  }
}

void Relay::OnServerFree() {
  if (state_ == State::kWaiting) NextAttempt(503);
}

void Relay::Attempt(bool may_reuse) {
  received_ = request_sent_ = false;
  held_.clear();
  interim_count_ = 0;
  phase_ms_ = io_.now_ms();
  connection_ = may_reuse ? TakeKept() : nullptr;
  reused_ = connection_ != nullptr;
  if (request_.noted) NoteAttempt();
  if (reused_) return SendRequest();
  connection_ = pool_.Open(*choice_.server, this, request_.announced);
  if (connection_ == nullptr) return FailAttempt(Outcome::kConnectFailed, 502);
  state_ = State::kConnecting;
  Rearm();
}

// A kept connection whose end nobody has told yet. For a request that could not be sent again the socket itself is asked: the loop may
// not have come to its FIN in this turn. So it is behind an answer to HEAD: content that a server sends all the same would be read as the
// next answer (RFC 9112 6.3, 9.2).
UpstreamConnection* Relay::TakeKept() {
  const bool may_repeat = IsIdempotent(request_.method) && (!request_.has_content || content_.has_value());
  while (UpstreamConnection* kept = pool_.Take(*choice_.server, this, request_.announced)) {
    if ((may_repeat && !kept->answered_head) || kept->IsStillQuiet()) return kept;
    kept->Close();
  }
  return nullptr;
}

void Relay::NoteAttempt() {
  facts_.server = choice_.server->label;
  facts_.connect_ns = reused_ ? 0 : -1;
  opened_ns_ = reused_ ? 0 : base::MonotonicNs();
}

void Relay::OnConnected() {
  if (request_.noted) facts_.connect_ns = base::MonotonicNs() - opened_ns_;
  SendRequest();
}

void Relay::OnEnd(UpstreamEnd end) {
  const bool finished = end == UpstreamEnd::kFinished;
  if (!finished) connection_ = nullptr;  // closed already
  switch (state_) {
    case State::kConnecting:
      return FailAttempt(Outcome::kConnectFailed, 502);
    case State::kSending:
      if (MayBeStale()) return AttemptAnew();
      return FailAttempt(Outcome::kBroken, 502);
    case State::kAnswering:
      if (framing_ == ResponseFraming::kClose && finished) return ContentComplete(false);
      return Cut();
    default:
      return ReleaseConnection(false);
  }
}

// A kept connection that ended without a byte was most likely closed before it got the request (RFC 9112 9.3.1).
bool Relay::MayBeStale() const {
  return reused_ && !received_ && CanRepeatSent();
}

// At the same server, over a connection that nothing was asked on.
void Relay::AttemptAnew() {
  ReleaseConnection(false);
  if (!CanRepeat()) return FailAttempt(Outcome::kBroken, 502);
  Attempt(false);
}

bool Relay::CanRepeat() const { return !content_passed_; }

// Even where the server may have had the request.
bool Relay::CanRepeatSent() const { return CanRepeat() && IsIdempotent(request_.method); }

void Relay::FailAttempt(Outcome outcome, uint16_t status) {
  const bool sent = outcome != Outcome::kConnectFailed && outcome != Outcome::kConnectTimeout;
  ReleaseConnection(false);
  Report(outcome);
  const RetryFacts facts{outcome, IsIdempotent(request_.method), sent, facts_.attempts};
  if (!CanRepeat() || !balancer_.MayRetry(facts, io_.now_ms())) return GiveUp(status);
  excluded_.push_back(choice_.index);
  NextAttempt(status);
}

void Relay::Report(Outcome outcome) {
  if (reported_) return;
  reported_ = true;
  balancer_.OnResult(choice_.index, outcome, facts_.upstream_status, latency_ns_, io_.now_ms());
}

void Relay::ReleaseConnection(bool reusable) {
  if (connection_ == nullptr) return;
  if (reusable && choice_.server->protocol == Protocol::kHttp) {
    pool_.GiveBack(connection_, choice_.counted);
  } else {
    connection_->Close();
  }
  connection_ = nullptr;
}

void Relay::GiveUp(uint16_t status) {
  Finish();
  client_.Fail(status);
}

// Behind it no event comes any more (R2).
void Relay::Finish() {
  if (state_ == State::kDone) return;
  if (state_ == State::kWaiting) balancer_.Forget(this);
  state_ = State::kDone;
  ReleaseConnection(false);
  Report(Outcome::kAbandoned);
  io_.wheel().Cancel(&timer_);
  io_.RemoveReady(this);
}

void Relay::Stop() {
  if (tunnel_ != nullptr) tunnel_->Stop();
  Finish();
}

}  // namespace fastserve::proxy
