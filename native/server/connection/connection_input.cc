// Bytes from a client become exchanges: reading, heads, content. See connection.h for the phases.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "native/base/check.h"
#include "native/net/proxy_protocol.h"
#include "native/net/system_calls.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/proxied_exchange.h"

namespace fastserve::server {

namespace {

// Requests of one connection that may be under way at once, and unsent answer bytes beyond which no more are read.
constexpr uint16_t kMaxPipelined = 64;
constexpr uint64_t kMaxUnsentBytes = 262144;
// What one connection may read in a turn, so that a fast sender does not starve the others.
constexpr size_t kReadBudgetBytes = 262144;
// What is read at once where a head is expected, and where the last one had much content behind it: that has a better place.
constexpr size_t kHeadReadBytes = 16384;
constexpr size_t kContentHeadReadBytes = 4096;
// A FIN this soon behind a request is a client that half-closes after its last word and waits for the answer; a later
// one is a client that left (which TCP shows in the same way).
constexpr int64_t kHalfCloseGraceMs = 20;

}  // namespace

bool Connection::InputBlocked() const {
  if (phase_ == Phase::kHead) {
    if (held_) return true;
    if (last_ != nullptr && last_->awaits_upgrade) return true;
    return exchange_count_ >= kMaxPipelined || output_.pending_memory() > kMaxUnsentBytes;
  }
  if (phase_ == Phase::kTunnel) return !first_->proxied->relay().WantsTunnelInput();
  if (phase_ == Phase::kBody && sink_ == Sink::kRelay) {
    return receiving_ != nullptr && receiving_->proxied != nullptr && !receiving_->proxied->relay().WantsContent();
  }
  if (phase_ == Phase::kBody && sink_ == Sink::kHeld) return receiving_ != nullptr && receiving_->awaits_disk;
  if (phase_ == Phase::kBody && sink_ == Sink::kSocket) return receiving_ != nullptr && receiving_->state == ExchangeState::kWaiting;
  if (phase_ == Phase::kBody && sink_ == Sink::kStream) {
    return receiving_ != nullptr && (receiving_->body_credit == 0 || receiving_->blocked_on_ring);
  }
  return false;
}

void Connection::ReadInput() {
  size_t budget = kReadBudgetBytes;
  while (!closed() && (readable_ || peer_closed_) && !end_of_input_ && !InputBlocked()) {
    if (budget == 0) {
      io_.AddReady(this);
      break;
    }
    std::string_view view;
    const ssize_t got = Receive(&view);
    if (got < 0) break;
    if (got == 0) {
      OnEndOfInput();
      break;
    }
    budget -= std::min(budget, static_cast<size_t>(got));
    TakeInput(view);
  }
  // Its FIN stands behind content that nobody reads yet.
  if (peer_closed_ && !closed() && receiving_ != nullptr && receiving_->state == ExchangeState::kWaiting && HasLeft()) return OnPeerGone();
  // What is sent at the end of this turn decides what is waited for behind it.
  if (in_dirty && writable_ && phase_ == Phase::kHead && wait_ == Wait::kKeepAlive && !held_) {
    wait_ = Wait::kNone;
    return;
  }
  UpdateIdleWait();
}

// One recv: into the thread's scratch when nothing is kept, else behind what is kept. -1: nothing more now (or dead).
ssize_t Connection::Receive(std::string_view* view) {
  if (tls_ != nullptr && !lingering_) return ReceiveSecure(view);
  const bool direct = input_.empty();
  const size_t kept = input_.size();
  // Behind a head may come content that has a better place than the scratch: ReceiveContent().
  size_t capacity = phase_ != Phase::kHead ? IoThread::kScratchBytes : sends_content_ ? kContentHeadReadBytes : kHeadReadBytes;
  char* into = io_.scratch();
  if (!direct) {
    capacity = std::max<size_t>(4096, std::min<size_t>(IoThread::kScratchBytes, kept));
    input_.resize(kept + capacity);
    into = input_.data() + kept;
  }
  ssize_t got;
  do {
    got = net::Receive(fd_.get(), into, capacity, 0);
  } while (got < 0 && errno == EINTR);
  if (!direct) input_.resize(kept + (got > 0 ? static_cast<size_t>(got) : 0));
  if (got < 0) {
    readable_ = false;
    if (errno != EAGAIN && errno != EWOULDBLOCK) Abort();
    return -1;
  }
  // A short read means that the socket is drained; a FIN behind it has announced itself (peer_closed_).
  if (static_cast<size_t>(got) < capacity) readable_ = false;
  *view = direct ? std::string_view(into, static_cast<size_t>(got)) : std::string_view{};
  return got;
}

// Consumes `view` (or what is kept, when empty) and keeps the rest.
void Connection::TakeInput(std::string_view view) {
  if (view.data() != nullptr) {
    const size_t used = ConsumeInput(view);
    if (!closed() && used < view.size()) input_.assign(view.substr(used));
    return;
  }
  const size_t used = ConsumeInput(input_);
  if (closed()) return;
  if (used == input_.size()) {
    std::string().swap(input_);
  } else if (used > 0) {
    input_.erase(0, used);
  }
}

size_t Connection::ConsumeInput(std::string_view input) {
  size_t used = 0;
  bool progress = true;
  while (progress && !closed()) {
    progress = false;
    const std::string_view rest = input.substr(used);
    switch (phase_) {
      case Phase::kProxyHeader:
        used += ConsumeProxyHeader(rest, &progress);
        break;
      case Phase::kHead:
        if (!rest.empty() && !InputBlocked()) used += ConsumeHead(rest, &progress);
        break;
      case Phase::kBody:
        used += ConsumeBody(rest, &progress);
        break;
      case Phase::kTunnel:
        used += ConsumeTunnel(rest, &progress);
        break;
      case Phase::kIgnoring:
        used = input.size();
        break;
    }
  }
  return used;
}

// Who really connected, said by the proxy in front. A connection without that word is none of ours: it may come from
// anywhere, and what could be answered would not be understood by a proxy.
size_t Connection::ConsumeProxyHeader(std::string_view input, bool* progress) {
  net::ProxyHeader header;
  switch (net::ParseProxyHeader(input, &header)) {
    case net::ProxyStatus::kPartial:
      return 0;
    case net::ProxyStatus::kBad:
      io_.counters().parse_errors.Add();
      Abort();
      return 0;
    case net::ProxyStatus::kDone:
      break;
  }
  if (header.announced) {
    peer_ = queue::FromIpAddress(header.source, header.source_port);
    announced_tls_ = header.tls;
  }
  phase_ = Phase::kHead;
  *progress = true;
  if (!listening_.secure) return header.length;
  BeginHandshake();
  // What came with the header is the client's first flight, which holds no content yet.
  const std::string_view flight = input.substr(header.length);
  if (flight.size() > tls::Scratch::kReceiveBytes) {
    Abort();
  } else if (!flight.empty()) {
    Decrypt(flight);
  }
  return input.size();
}

Exchange* Connection::NewExchange(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin) {
  Exchange* exchange = AppendExchange();
  if (exchange == nullptr) return nullptr;
  exchange->head_request = head.method == http::Method::kHead;
  exchange->minor_version = head.minor_version;
  exchange->http10 = head.minor_version == 0;
  exchange->keep_alive = head.keep_alive;
  exchange->secure = origin.tls;
  exchange->expects_continue = head.expect_continue;
  exchange->error_format = http::ChooseErrorFormat(head, head_bytes);
  if (origin.trusted) [[unlikely]] exchange->request_id.assign(GivenRequestId(head, head_bytes, origin));
  io_.NoteRequest(exchange, head, head_bytes, origin);
  return exchange;
}

// A new exchange behind all others, or nullptr when the table is full.
Exchange* Connection::AppendExchange() {
  Exchange* exchange = io_.exchanges().Create();
  if (exchange == nullptr) return nullptr;
  exchange->connection = this;
  (last_ != nullptr ? last_->next : first_) = exchange;
  last_ = exchange;
  ++exchange_count_;
  return exchange;
}

namespace {

// The message is decoded here, so the application sees it without its transfer coding (RFC 9112 7.1.3).
void DropTransferEncoding(http::RequestHead* head) {
  const auto id = static_cast<uint8_t>(http::FieldId::kTransferEncoding);
  http::Field* end = std::remove_if(head->fields, head->fields + head->field_count,
                                    [id](const http::Field& field) { return field.name_id == id; });
  head->field_count = static_cast<uint16_t>(end - head->fields);
}

}  // namespace

size_t Connection::ConsumeHead(std::string_view input, bool* progress) {
  const size_t skipped = http::SkipEmptyLines(input);
  const std::string_view rest = input.substr(skipped);
  if (rest.empty()) return 0;
  http::RequestHead& head = io_.head();
  const http::ParseResult result = http::ParseRequestHead(rest, scanned_, io_.options().limits.head, &head);
  if (result.status == http::ParseStatus::kPartial) {
    scanned_ = static_cast<uint32_t>(rest.size());
    return 0;
  }
  scanned_ = 0;
  *progress = true;
  if (result.status == http::ParseStatus::kBad) {
    RefuseInput(result.error, rest);
    return input.size();
  }
  const std::string_view head_bytes = rest.substr(0, head.head_length);
  const std::string_view behind = rest.substr(head.head_length);
  const size_t used = skipped + head.head_length;
  last_request_ms_ = io_.now_ms();
  Origin origin{peer_, is_encrypted()};
  if (!ApplyForwarded(io_.options().trusted, head_bytes, &head, &origin)) {
    RefuseInput(http::HttpError::kBadForwarded, rest);
    return input.size();
  }
  const bool has_body = head.framing == http::BodyFraming::kChunked ||
                        (head.framing == http::BodyFraming::kLength && head.content_length > 0);
  if (head.framing == http::BodyFraming::kChunked) DropTransferEncoding(&head);
  const uint64_t declared = head.framing == http::BodyFraming::kLength ? head.content_length : queue::kUnknownLength;
  if (has_body && declared != queue::kUnknownLength && declared > io_.options().largest_body()) {
    RefuseRequest(http::HttpError::kBodyTooLarge, head, head_bytes, origin);
    return input.size();
  }
  if (has_client_ && io_.options().gate != nullptr) [[unlikely]] {
    const size_t passed = PassGate({head_bytes, has_body, declared}, &head, &origin, behind, progress);
    return held_ ? 0 : used + passed;
  }
  Exchange* exchange = BeginExchange(head, origin, {head_bytes, has_body, declared});
  if (exchange == nullptr) return 0;
  if (!has_client_) io_.GiveTap(exchange);
  return used + Forward(exchange, head, head_bytes, origin, behind);
}

// The exchange of a request whose head was accepted, with the connection ready for its content. nullptr: no token is left, the
// connection is closed.
Exchange* Connection::BeginExchange(const http::RequestHead& head, const Origin& origin, const HeadFacts& facts) {
  Exchange* exchange = NewExchange(head, facts.bytes, origin);
  if (exchange == nullptr) {
    Abort();
    return nullptr;
  }
  body_limit_ = io_.options().limits.body_bytes;
  if (room_ == Room::kWide) [[unlikely]] room_ = Room::kLeftOver;
  sends_content_ = facts.has_body && facts.declared_length > queue::kInlineBodyBytes;
  if (facts.has_body) {
    ExpectContent(exchange, facts.declared_length);
  } else if (!exchange->keep_alive) {
    phase_ = Phase::kIgnoring;
  }
  return exchange;
}

void Connection::ExpectContent(Exchange* exchange, uint64_t declared_length) {
  exchange->body_received = false;
  body_remaining_ = declared_length;
  body_received_ = 0;
  chunked_body_ = declared_length == queue::kUnknownLength;
  decoder_ = http::ChunkedDecoder();
  pace_.reset();
  phase_ = Phase::kBody;
  sink_ = Sink::kDiscard;
  // What an answer without the worker would leave unread: too much, or a client that waits for our word.
  if (exchange->expects_continue || (!chunked_body_ && declared_length > kMaxDiscardedBytes)) exchange->closes = true;
  receiving_ = exchange;
}

// Routes a request, and hands it to a worker where the router has not answered it. Returns how much was used of `rest`, which
// follows the head.
size_t Connection::Forward(Exchange* exchange, http::RequestHead& head, std::string_view head_bytes, const Origin& origin,
                           std::string_view rest) {
  const bool has_body = !exchange->body_received;
  WorkerTarget target;
  const Lane lane = io_.router().Route(*this, exchange, &head, head_bytes, origin, &target);
  if (lane == Lane::kAnswered) return 0;
  exchange->closes = false;
  if (lane == Lane::kProxied) {
    StartProxied(exchange, head, head_bytes, target, origin, has_body);
    return 0;
  }
  if (!io_.dispatcher().Admit(exchange, target.route)) return 0;
  queue::RequestParts parts;
  parts.head = &head;
  parts.head_bytes = head_bytes;
  parts.normalized_path = target.normalized_path;
  parts.params = target.params;
  parts.param_count = target.param_count;
  parts.route = target.route;
  parts.flags = (exchange->http10 ? queue::kFlagHttp10 : 0) | (origin.tls ? queue::kFlagTls : 0) |
                (exchange->trace ? queue::kFlagTraced : 0);
  parts.peer = &origin.peer;
  queue::PeerAddress shown;
  if (const base::ClientShown client = io_.client_for_views(); client != base::ClientShown::kFull) [[unlikely]] {
    shown = queue::FromIpAddress(io_.Shown(origin.peer, client), 0);
    parts.peer = &shown;
  }
  if (has_body) return StartContent(exchange, parts, rest);
  io_.dispatcher().Submit(exchange, parts, {});
  return 0;
}

void Connection::RouteAgain(Exchange* exchange, std::string_view head_bytes) {
  http::RequestHead& head = io_.head();
  Origin origin;
  // The peer may be trusted only since the last reload.
  if (!ParseAgain(head_bytes, &head, &origin)) return SendStatus(exchange, 400);
  if (receiving_ != exchange || sink_ != Sink::kHeld) {
    Forward(exchange, head, head_bytes, origin, {});
    return;
  }
  sink_ = Sink::kDiscard;
  if (head.framing == http::BodyFraming::kChunked) DropTransferEncoding(&head);
  const std::string input = std::move(input_);
  input_.clear();
  const size_t used = Forward(exchange, head, head_bytes, origin, input);
  if (closed()) return;
  input_.assign(input, used);
  io_.AddReady(this);
}

void Connection::HoldContent(const Exchange* exchange) {
  if (receiving_ == exchange) sink_ = Sink::kHeld;
}

// Not within the limits of now: it was let in. False: a trusted proxy's fields cannot be believed, or a checker has added more than
// a head has room for.
bool Connection::ParseAgain(std::string_view head_bytes, http::RequestHead* head, Origin* origin) {
  const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
  if (http::ParseRequestHead(head_bytes, 0, limits, head).status != http::ParseStatus::kDone) return false;
  *origin = {peer_, is_encrypted()};
  return ApplyForwarded(io_.options().trusted, head_bytes, head, origin);
}

void Connection::Ask(std::string_view head) {
  ConsumeInput(head);
  if (!closed() && first_ == nullptr) CloseNow();
}

// ---- ends -----------------------------------------------------------------------------------------------------------

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
    return RefuseInput(http::HttpError::kTruncated, input_);
  }
  EndBehindAnswers();
  if (first_ != nullptr && HasLeft()) OnPeerGone();
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

bool Connection::HasLeft() const { return io_.now_ms() - last_request_ms_ > kHalfCloseGraceMs; }

// The client left while its requests were under way: none that waits is run, those that run are told.
void Connection::OnPeerGone() {
  for (Exchange* exchange = first_; exchange != nullptr; exchange = exchange->next) {
    if (exchange->state == ExchangeState::kWaiting || exchange->proxied != nullptr) return Abort();
  }
  for (Exchange* exchange = first_; exchange != nullptr; exchange = exchange->next) io_.dispatcher().Cancel(exchange);
}

}  // namespace fastserve::server
