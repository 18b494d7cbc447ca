// Heads become exchanges, which are routed and handed on.
#include <algorithm>

#include "native/http/fields/client_timeout.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

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
  if (io_.options().timeouts.believes_client(origin.trusted)) [[unlikely]] NoteClientTimeout(exchange, head, head_bytes);
  return exchange;
}

// From the first time that the head was looked at: it may have waited at the gate since.
void Connection::NoteClientTimeout(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes) {
  const http::ClientTimeout timeout = http::ReadClientTimeout(head, head_bytes);
  if (timeout.left_ms == http::ClientTimeout::kNone || !has_client_) return;
  const int64_t since_ms = held_since_ms_ != 0 ? held_since_ms_ : io_.now_ms();
  exchange->client_deadline_ms = std::max<int64_t>(1, since_ms + timeout.left_ms);
  exchange->timeout_fields = timeout.fields;
  if (exchange->log) exchange->log->client_timeout_ms = std::max<int64_t>(0, timeout.left_ms);
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
  io_.RefreshSnapshot();  // one configuration reads the head, lets it in and routes it
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
  if (exchange->is_past_deadline(io_.now_ms())) [[unlikely]] {
    AnswerLate(exchange);
    return 0;
  }
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
                (exchange->trace ? queue::kFlagTraced : 0) |
                (head.framing == http::BodyFraming::kChunked ? queue::kFlagChunked : 0);
  parts.peer = &origin.peer;
  queue::PeerAddress shown;
  if (const base::ClientShown client = io_.client_for_views(); client != base::ClientShown::kFull) [[unlikely]] {
    shown = queue::FromIpAddress(io_.Shown(origin.peer, client), 0);
    parts.peer = &shown;
  }
  if (has_body) return StartContent(exchange, parts, rest);
  if (io_.snapshot()->hints != nullptr) [[unlikely]] SubmitAndHint(exchange, parts, origin);
  else io_.dispatcher().Submit(exchange, parts, {});
  return 0;
}

void Connection::RouteAgain(Exchange* exchange, std::string_view head_bytes) {
  io_.RefreshSnapshot();
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

}  // namespace fastserve::server
