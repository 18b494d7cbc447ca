#include "native/server/connection/connection.h"

#include <sys/socket.h>

#include <algorithm>

#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// How long a closed-for-writing connection keeps reading, so that the client gets the last answer instead of a reset.
constexpr int64_t kLingerMs = 2000;

}  // namespace

Connection::Connection(IoThread& io, base::UniqueFd fd, const sockaddr_storage& peer, const Listening& listening)
    : io_(io), fd_(std::move(fd)), listening_(listening), peer_(queue::FromSocketAddress(peer)) {
  timer_.owner = this;
  if (listening.proxied) {
    phase_ = Phase::kProxyHeader;
  } else if (listening.secure) {
    BeginHandshake();
    return;
  }
  SetWait(Wait::kHeader, io_.options().timeouts.header_ms);
}

namespace {

// Nothing listens there.
const Listening kNoListening;

}  // namespace

Connection::Connection(IoThread& io, base::UniqueFd fd, const queue::PeerAddress& peer, bool encrypted)
    : io_(io), fd_(std::move(fd)), listening_(kNoListening), peer_(peer) {
  timer_.owner = this;
  readable_ = false;
  announced_tls_ = encrypted;
  has_client_ = false;
}

Connection::~Connection() = default;

void Connection::OnReady(net::Readiness readiness) {
  if (closed()) return;
  readable_ |= readiness.readable;
  writable_ |= readiness.writable;
  peer_closed_ |= readiness.peer_closed;
  if (readiness.hangup) {
    Abort();
    return;
  }
  if (readiness.writable && has_output()) MarkDirty();
  if (readable_ || peer_closed_) ReadInput();
}

void Connection::Resume() {
  if (closed()) return;
  if (has_output() && writable_) MarkDirty();
  if (CodesLater()) [[unlikely]] ContinueCoding();
  if (closed()) return;
  if (!input_.empty() && !InputBlocked()) TakeInput({});
  if (!closed()) ReadInput();
}

// The timer is armed lazily: a deadline that moved into the future costs nothing until the old one comes.
void Connection::SetWait(Wait wait, int64_t duration_ms) {
  wait_ = duration_ms > 0 ? wait : Wait::kNone;
  if (wait_ == Wait::kNone) return;
  wait_deadline_ms_ = io_.now_ms() + duration_ms;
  if (!timer_.armed() || timer_.deadline_ms > wait_deadline_ms_) io_.wheel().Arm(&timer_, wait_deadline_ms_);
}

void Connection::OnTimer() {
  if (wait_ == Wait::kNone || closed() || !IsLate()) return;
  switch (wait_) {
    case Wait::kHeader:
      // A client that never said anything gets silence, one that was slow gets told.
      if (input_.empty() || phase_ == Phase::kProxyHeader) return Abort();
      return RefuseInput(http::HttpError::kHeaderTimeout, input_);
    case Wait::kBody:
      return RefuseInput(http::HttpError::kBodyTimeout);
    case Wait::kKeepAlive:
      return StartLinger();
    case Wait::kWrite:
      if (room_ != Room::kUsual && io_.send_room().KeepsPace(fd_.get())) return SetWait(Wait::kWrite, io_.options().timeouts.write_ms);
      return Abort();
    case Wait::kLinger:
    case Wait::kHandshake:
      return Abort();
    case Wait::kDrain:
      return CloseIdle();
    case Wait::kHold:
      return ReleaseHead();
    case Wait::kPace:
      wait_ = Wait::kNone;
      return MarkDirty();
    case Wait::kNone:
      return;
  }
}

// Whether what is waited for should have come by now; else the timer is armed again.
bool Connection::IsLate() {
  const int64_t now_ms = io_.now_ms();
  int64_t next_ms = wait_deadline_ms_;
  if (wait_ == Wait::kBody && pace_ != nullptr) {
    if (pace_->IsTooSlow(now_ms, body_received_)) return true;
    const int64_t look_ms = pace_->next_look_ms();
    next_ms = io_.options().timeouts.body_ms > 0 ? std::min(next_ms, look_ms) : look_ms;
  }
  if (now_ms >= next_ms) return true;
  io_.wheel().Arm(&timer_, next_ms);
  return false;
}

// Content is to come: how long may it take, in one silence and in all?
void Connection::WaitForContent() {
  const Timeouts& timeouts = io_.options().timeouts;
  const int64_t now_ms = io_.now_ms();
  if (pace_ == nullptr) {
    pace_ = std::make_unique<BodyPace>();
    pace_->Begin(now_ms, timeouts.body_total_ms, io_.options().limits.min_rate);
  }
  if (InputBlocked()) {
    pace_->Hold(now_ms);
    wait_ = Wait::kNone;
    return;
  }
  pace_->Release(now_ms);
  if (wait_ == Wait::kBody) return;
  const int64_t look_ms = pace_->next_look_ms();
  if (timeouts.body_ms > 0) SetWait(Wait::kBody, timeouts.body_ms);
  if (look_ms == BodyPace::kNever) return;
  if (timeouts.body_ms == 0) SetWait(Wait::kBody, std::max<int64_t>(1, look_ms - now_ms));
  if (timer_.deadline_ms > look_ms) io_.wheel().Arm(&timer_, look_ms);
}

// What the connection waits for when no byte moves: chosen after every input and output step.
void Connection::UpdateIdleWait() {
  if (closed() || lingering_ || wait_ == Wait::kHandshake) return;
  const Timeouts& timeouts = io_.options().timeouts;
  if (owes_content()) {
    if (AwaitPace()) return;
    // Absolute while blocked; Flush restarts it on progress.
    if (wait_ != Wait::kWrite) SetWait(Wait::kWrite, timeouts.write_ms);
    return;
  }
  if (held_) {
    if (wait_ != Wait::kHold) SetWait(Wait::kHold, std::max<int64_t>(1, held_until_ms_ - io_.now_ms()));
    return;
  }
  if (phase_ == Phase::kBody) return WaitForContent();
  if (first_ != nullptr) {
    wait_ = Wait::kNone;  // a worker is at it: the exchange has its own deadline
    return;
  }
  if (!input_.empty()) {
    if (wait_ != Wait::kHeader) SetWait(Wait::kHeader, timeouts.header_ms);
    return;
  }
  if (wait_ == Wait::kHeader || wait_ == Wait::kDrain) return;  // it has not spoken yet
  SetWait(Wait::kKeepAlive, timeouts.keep_alive_ms);
}

// Everything is sent: says so (FIN) and gives the client time to read it and to stop talking.
void Connection::StartLinger() {
  if (closed() || lingering_) return;
  if (tls_ != nullptr) tls_->Close(fd_.get());
  if (end_of_input_ || peer_closed_) return CloseNow();
  ::shutdown(fd_.get(), SHUT_WR);
  lingering_ = true;
  phase_ = Phase::kIgnoring;
  input_.clear();
  input_.shrink_to_fit();
  SetWait(Wait::kLinger, kLingerMs);
  readable_ = true;
  io_.AddReady(this);
}

void Connection::DropExchanges() {
  while (first_ != nullptr) {
    Exchange* exchange = first_;
    first_ = exchange->next;
    exchange->next = nullptr;
    for (HeldPiece& piece : exchange->held) {
      if (piece.release.function != nullptr) piece.release.function(piece.release.context);
    }
    exchange->held.clear();
    exchange->stages.reset();
    exchange->connection = nullptr;
    io_.Abandon(exchange);
  }
  last_ = nullptr;
  receiving_ = nullptr;
  exchange_count_ = 0;
}

Exchange* Connection::Replace(Exchange* outstanding) {
  Exchange* fresh = io_.exchanges().Create();
  if (fresh == nullptr) return nullptr;
  fresh->connection = this;
  fresh->head_request = outstanding->head_request;
  fresh->http10 = outstanding->http10;
  fresh->minor_version = outstanding->minor_version;
  fresh->keep_alive = outstanding->keep_alive;
  fresh->expects_continue = outstanding->expects_continue;
  fresh->body_received = outstanding->body_received;
  fresh->closes = outstanding->closes;
  fresh->status = outstanding->status;
  fresh->error_format = outstanding->error_format;
  fresh->request_id = outstanding->request_id;
  fresh->held.swap(outstanding->held);
  fresh->log = std::move(outstanding->log);
  fresh->trace = std::move(outstanding->trace);
  fresh->arrived_ns = outstanding->arrived_ns;
  fresh->series = outstanding->series;
  fresh->bandwidth = std::move(outstanding->bandwidth);
  if (outstanding->status == 0) fresh->stages = std::move(outstanding->stages);
  fresh->next = outstanding->next;
  Exchange** link = &first_;
  while (*link != outstanding) link = &(*link)->next;
  *link = fresh;
  if (last_ == outstanding) last_ = fresh;
  if (receiving_ == outstanding) receiving_ = fresh;
  outstanding->connection = nullptr;
  outstanding->next = nullptr;
  return fresh;
}

void Connection::Abort() {
  if (!closed()) CloseNow();
}

void Connection::CloseNow() {
  // An unfinished answer must not look whole, which it would where only the connection's end tells its length: a reset
  // instead of a FIN (RFC 9112 6.3).
  if (owes_content() || (first_ != nullptr && first_->status != 0)) {
    const linger reset{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  DropVerification();
  if (room_ != Room::kUsual) io_.send_room().Forget(fd_.get());
  if (awaits_pages_) io_.file_lane().Forget(this);
  DropExchanges();
  output_.Clear(io_.pool());
  io_.wheel().Cancel(&timer_);
  wait_ = Wait::kNone;
  io_.loop().Remove(fd_.get(), this);
  fd_.Reset();
  input_.clear();
  io_.Bury(this);
}

}  // namespace fastserve::server
