// Attempts, the request, time. Answers: relay_answer.cc.
#include "native/proxy/relay.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "native/base/clock.h"
#include "native/proxy/uwsgi_request.h"

namespace fastserve::proxy {

namespace {

// Content of a request that waits for its upstream: in memory, and at most (the limit of the whole content is the server's).
constexpr size_t kContentMemoryBytes = 65536;
constexpr uint64_t kContentMostBytes = uint64_t{1} << 40;
// Content that is passed on as it comes: so much may wait for the upstream.
constexpr uint64_t kContentAheadBytes = 262144;
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

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

void Relay::Start(OutgoingRequest request) {
  request_ = std::move(request);
  content_ended_ = !request_.has_content;
  started_ms_ = io_.now_ms();
  attempt_ns_ = base::MonotonicNs();
  // uwsgi frames by a length that comes first.
  const bool collects = rule_.buffer_request || (pool_.spec().speaks_uwsgi && request_.content_length < 0);
  if (!request_.has_content || !collects) return NextAttempt(503);
  content_.emplace(kContentMemoryBytes, kContentMostBytes);
  client_.WantContent();
}

// ---- the request's content ------------------------------------------------------------------------------------------

bool Relay::WantsContent() const {
  if (content_ended_) return false;
  if (state_ == State::kCollecting) return true;
  // An upstream may answer before it has read all, and wait for the rest.
  const bool uploads = (state_ == State::kSending || state_ == State::kAnswering) && connection_ != nullptr;
  return uploads && connection_->output().pending_memory() < kContentAheadBytes;
}

void Relay::TakeContent(std::string_view bytes, bool ended) {
  content_ended_ = ended;
  if (state_ == State::kCollecting) {
    if (!content_->Append(bytes)) return GiveUp(503);  // no room for a file
    if (ended) NextAttempt(503);
    return;
  }
  if (connection_ == nullptr || (state_ != State::kSending && state_ != State::kAnswering)) return;
  content_passed_ = true;
  net::OutputQueue& output = connection_->output();
  if (request_.content_length < 0 && !bytes.empty()) {
    char size_line[20];
    char* end = std::to_chars(size_line, size_line + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    output.Append(io_.pool(), {size_line, static_cast<size_t>(end - size_line)});
  }
  output.Append(io_.pool(), bytes);
  if (request_.content_length < 0) output.Append(io_.pool(), bytes.empty() ? "" : "\r\n");
  if (request_.content_length < 0 && ended) output.Append(io_.pool(), "0\r\n\r\n");
  connection_->Flush();
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
  connection_ = may_reuse ? pool_.Take(*choice_.server, this) : nullptr;
  reused_ = connection_ != nullptr;
  if (reused_) return SendRequest();
  connection_ = pool_.Open(*choice_.server, this);
  if (connection_ == nullptr) return FailAttempt(Outcome::kConnectFailed, 502);
  state_ = State::kConnecting;
  Rearm();
}

void Relay::OnConnected() { SendRequest(); }

void Relay::SendRequest() {
  state_ = State::kSending;
  phase_ms_ = io_.now_ms();
  if (choice_.server->protocol == Protocol::kUwsgi) {
    if (!AppendUwsgi()) return GiveUp(431);
  } else {
    AppendContent();
  }
  if (!content_ended_) client_.WantContent();
  if (state_ != State::kSending) return;
  Rearm();
  connection_->Flush();
}

// False: the request has more fields than the protocol can say.
bool Relay::AppendUwsgi() {
  UwsgiFacts facts{request_.path, request_.public_scheme, request_.remote_addr};
  if (content_.has_value()) {
    facts.content_length = content_->waiting();
  } else if (request_.has_content) {
    facts.content_length = static_cast<uint64_t>(request_.content_length);
  }
  std::string packet;
  if (!AppendUwsgiRequest(request_.head, facts, &packet)) return false;
  net::OutputQueue& output = connection_->output();
  output.Append(io_.pool(), packet);
  if (content_.has_value()) {
    output.AppendBorrowed(content_->memory(), {});
    output.AppendFile(content_->fd(), 0, content_->file_bytes(), {});
  }
  return true;
}

// The head, framed anew (RFC 9112 6): a length where it is known by now. Content that was collected is sent from where it is.
void Relay::AppendContent() {
  net::OutputQueue& output = connection_->output();
  output.Append(io_.pool(), request_.head);
  char line[64] = "Content-Length: ";
  const auto append_length = [&](uint64_t length) {
    char* end = std::to_chars(line + 16, line + sizeof line - 4, length).ptr;
    for (const char c : {'\r', '\n', '\r', '\n'}) *end++ = c;
    output.Append(io_.pool(), {line, static_cast<size_t>(end - line)});
  };
  if (content_.has_value()) {
    append_length(content_->waiting());
    output.AppendBorrowed(content_->memory(), {});
    output.AppendFile(content_->fd(), 0, content_->file_bytes(), {});
  } else if (request_.has_content && request_.content_length < 0) {
    output.Append(io_.pool(), "Transfer-Encoding: chunked\r\n\r\n");
  } else if (request_.has_content || request_.announces_empty) {
    append_length(static_cast<uint64_t>(std::max<int64_t>(request_.content_length, 0)));
  } else {
    output.Append(io_.pool(), "\r\n");
  }
}

void Relay::OnSent() {
  if (state_ != State::kSending && state_ != State::kAnswering) return;
  if (content_ended_) {
    if (!request_sent_) phase_ms_ = io_.now_ms();
    request_sent_ = true;
    return Rearm();
  }
  client_.WantContent();
}

void Relay::OnEnd(UpstreamEnd end) {
  const bool finished = end == UpstreamEnd::kFinished;
  if (!finished) connection_ = nullptr;  // closed already
  switch (state_) {
    case State::kConnecting:
      return FailAttempt(Outcome::kConnectFailed, 502);
    case State::kSending:
      if (MayBeStale()) {
        ReleaseConnection(false);
        return Attempt(false);
      }
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
  return reused_ && !received_ && CanRepeat() && IsIdempotent(request_.method);
}

bool Relay::CanRepeat() const { return !content_passed_; }

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
    pool_.GiveBack(connection_);
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

// ---- time -----------------------------------------------------------------------------------------------------------

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
