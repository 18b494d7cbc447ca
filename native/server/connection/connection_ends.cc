// The ends of what a client says: input that is refused, a FIN, a client that has left, a connection that is idle when it has to end.
#include <sys/ioctl.h>

#include <algorithm>

#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/proxied_exchange.h"

namespace fastserve::server {

namespace {

// A FIN this soon behind a request is a client that half-closes after its last word and waits for the answer; a later
// one is a client that left (which TCP shows in the same way).
constexpr int64_t kHalfCloseGraceMs = 20;

// How long a connection without a request stays open when the server stops: what the client has sent before it could know
// is still answered.
constexpr int64_t kDrainIdleMs = 100;

}  // namespace

// Answers what cannot be read on with its status, behind all earlier answers, and closes. `request` is what there is of its
// head, where that is what is broken: HEAD is answered without content whatever is wrong with it (RFC 9110 9.3.2).
void Connection::RefuseInput(http::HttpError error, std::string_view request) {
  io_.counters().parse_errors.Add();
  Exchange* broken = receiving_;
  const bool is_answered = phase_ == Phase::kBody && broken == nullptr;
  const bool head_request = http::BeginsHeadRequest(request);
  phase_ = Phase::kIgnoring;
  receiving_ = nullptr;
  scanned_ = 0;
  std::string().swap(input_);
  if (is_answered) return EndBehindAnswers();  // another answer would be taken for that of the next request
  if (broken != nullptr) {
    // Its content is broken: the request can never be completed. A worker that has it is told, its answer is dropped.
    if (broken->proxied == nullptr) io_.dispatcher().BreakBody(broken);
    if (broken->status != 0) {  // answered already, or its answer's head is out
      if (broken->state == ExchangeState::kDone) return EndBehindAnswers();
      return Abort();
    }
    broken = io_.TakeBack(broken);
    if (broken == nullptr) return;
  } else {
    broken = AppendExchange();
    if (broken == nullptr) return Abort();
    broken->head_request = head_request;
    io_.NoteBrokenRequest(broken);
  }
  const http::HttpErrorInfo& info = http::Describe(error);
  SendStatus(broken, info.status, {}, true);
}

// As RefuseInput, for a request whose head is sound: it is answered in the form that its client prefers, and logged as what it is.
void Connection::RefuseRequest(http::HttpError error, const http::RequestHead& head, std::string_view head_bytes, const Origin& origin) {
  io_.counters().parse_errors.Add();
  phase_ = Phase::kIgnoring;
  Exchange* exchange = NewExchange(head, head_bytes, origin);
  if (exchange == nullptr) return Abort();
  SendStatus(exchange, http::Describe(error).status, {}, true);
}

void Connection::OnEndOfInput() {
  end_of_input_ = true;
  readable_ = false;
  if (lingering_ || phase_ == Phase::kProxyHeader) return CloseNow();
  if (phase_ == Phase::kTunnel) return OnTunnelEndOfInput();
  if (phase_ == Phase::kBody || (phase_ == Phase::kHead && !input_.empty())) {
    if (phase_ == Phase::kHead && InputBlocked()) {
      // Pipelined requests that wait for their turn: the client may still read.
      return;
    }
    RefuseInput(http::HttpError::kTruncated, input_);
    return WarnOfLeave();
  }
  EndBehindAnswers();
  if (first_ != nullptr && HasLeft()) return OnPeerGone();
  WarnOfLeave();
}

// Where a FIN means a leave however soon it comes. Requests that have not started run, so that a view that answers at once answers
// whoever only closed his side (nc, some health checks).
void Connection::WarnOfLeave() {
  if (closed() || !io_.options().as_node_http) return;
  for (Exchange* exchange = first_; exchange != nullptr; exchange = exchange->next) io_.dispatcher().Warn(exchange);
}

void Connection::EndBehindAnswers() {
  phase_ = Phase::kIgnoring;
  receiving_ = nullptr;
  if (last_ != nullptr) {
    last_->closes = true;
  } else {
    close_when_flushed_ = true;
  }
  MarkDirty();
}

void Connection::BeginDrain() {
  draining_ = true;
  if (phase_ == Phase::kProxyHeader) return Abort();
  if (!IsQuiet()) return;
  // node:http's close() ends connections between two requests at once, and callers count on that.
  if (io_.options().as_node_http && IsIdle()) return CloseIdle();
  const int64_t grace_ms = std::min(kDrainIdleMs, io_.stop_grace_ms());
  if (grace_ms <= 0) return CloseIdle();
  SetWait(Wait::kDrain, grace_ms);
}

// Nothing is under way in either direction, as far as was read.
bool Connection::IsQuiet() const { return first_ == nullptr && !has_output() && phase_ == Phase::kHead && input_.empty(); }

// What the kernel has and nobody read yet may be the next request.
bool Connection::IsIdle() const {
  int unread = 0;
  return IsQuiet() && last_request_ms_ > 0 && ::ioctl(fd_.get(), FIONREAD, &unread) == 0 && unread == 0;
}

// Nothing was asked and everything was sent: nobody waits for a word.
void Connection::CloseIdle() {
  if (tls_ != nullptr) tls_->Close(fd_.get());
  CloseNow();
}

bool Connection::HasLeft() const { return io_.now_ms() - last_request_ms_ > kHalfCloseGraceMs; }

// The client left while its requests were under way: none that waits is run, those that run are told.
void Connection::OnPeerGone() {
  for (Exchange* exchange = first_; exchange != nullptr; exchange = exchange->next) {
    if (exchange->state == ExchangeState::kWaiting || exchange->proxied != nullptr) return Abort();
  }
  for (Exchange* exchange = first_; exchange != nullptr; exchange = exchange->next) io_.dispatcher().Cancel(exchange);
}

}  // namespace fastserve::server
