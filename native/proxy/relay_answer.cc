// The answer of a server: heads, content, the tunnel that may follow. Attempts: relay.cc.
#include <algorithm>

#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/proxy/relay.h"

namespace fastserve::proxy {

namespace {

// Interim answers to one request; more is no conversation.
constexpr uint8_t kMaxInterims = 100;
// What may wait in a file for a slow client; then the upstream is no longer read.
constexpr uint64_t kSpoolMostBytes = 1u << 30;

}  // namespace

bool Relay::WantsBytes() const {
  switch (state_) {
    case State::kSending: return true;
    case State::kAnswering:
      if (unsent_ < request_.window_bytes) return true;
      return buffered_ && (!spool_.has_value() || spool_->room() >= IoServices::kScratchBytes);
    default: return false;
  }
}

void Relay::OnBytes(std::string_view bytes) {
  if (state_ == State::kAnswering) {
    phase_ms_ = io_.now_ms();
    return TakeContentBytes(bytes);
  }
  if (state_ != State::kSending) return ReleaseConnection(false);
  // What came before the request is no answer to it (RFC 9112 9.2).
  if (reused_ && !connection_->has_sent()) return AttemptAnew();
  received_ = true;
  if (held_.empty()) return TakeHeadBytes(bytes);
  std::string whole;
  whole.swap(held_);
  whole.append(bytes);
  TakeHeadBytes(whole);
}

void Relay::TakeHeadBytes(std::string_view bytes) {
  while (state_ == State::kSending) {
    ResponseHead& head = io_.response_head();
    switch (ParseResponseHead(bytes, request_.method == http::Method::kHead, &head)) {
      case http::ParseStatus::kBad:
        // On a kept connection most likely what was left of the answer before.
        if (reused_ && interim_count_ == 0 && CanRepeatSent()) return AttemptAnew();
        return FailAttempt(Outcome::kBroken, 502);
      case http::ParseStatus::kPartial:
        held_.assign(bytes);
        return;
      case http::ParseStatus::kDone:
        break;
    }
    const std::string_view head_bytes = bytes.substr(0, head.head_length);
    bytes.remove_prefix(head.head_length);
    if (head.status >= 200) return TakeFinalHead(head_bytes, bytes);
    if (!TakeInterim(head_bytes, bytes)) return;
    if (bytes.empty()) return;
  }
}

// False: nothing more is to be read as a head.
bool Relay::TakeInterim(std::string_view head_bytes, std::string_view rest) {
  ResponseHead& head = io_.response_head();
  std::string& lines = io_.lines();
  lines.clear();
  AppendResponseFields(head, head_bytes, rule_, Place(), Reader::kClient, &lines);
  if (head.status == 101) {
    // Nobody asked, or for something else: what follows would be no HTTP (RFC 9110 7.8).
    const http::Field* protocol = head.Find(http::FieldId::kUpgrade);
    const std::string_view switched =
        protocol == nullptr ? std::string_view{} : head_bytes.substr(protocol->value_offset, protocol->value_length);
    if (request_.upgrade.empty() || !base::EqualsIgnoreCase(switched, request_.upgrade)) {
      FailAttempt(Outcome::kBroken, 502);
      return false;
    }
    lines.append("Connection: Upgrade\r\nUpgrade: ").append(switched).append("\r\n");
    StartTunnel(rest);
    return false;
  }
  if (++interim_count_ > kMaxInterims) {
    FailAttempt(Outcome::kBroken, 502);
    return false;
  }
  phase_ms_ = io_.now_ms();
  // 100 was the front's own to say.
  if (head.status != 100) client_.Interim(head.status, lines);
  return state_ == State::kSending;
}

void Relay::StartTunnel(std::string_view early) {
  facts_.upstream_status = 101;
  facts_.upstream_ns = latency_ns_ = io_.now_ns() - attempt_ns_;
  Report(Outcome::kAnswered);
  state_ = State::kTunnel;
  io_.wheel().Cancel(&timer_);
  tunnel_ = std::make_unique<Tunnel>(io_, client_, connection_, pool_.spec().timeouts.tunnel_ms);
  connection_ = nullptr;
  client_.StartTunnel(io_.lines());
  tunnel_->Begin(early);
}

PublicPlace Relay::Place() const {
  return {request_.public_scheme, request_.public_host, choice_.server->authority};
}

// So that the client comes back to this server. Of the session: the browser forgets it, as the server may.
void Relay::AppendStickyCookie(std::string* lines) const {
  const std::string& cookie = pool_.spec().sticky_cookie;
  const std::string& id = choice_.server->sticky_id;
  if (cookie.empty() || id == request_.sticky_id) return;
  lines->append("Set-Cookie: ").append(cookie).append("=").append(id).append("; Path=").append(rule_.prefix);
  lines->append("; HttpOnly; SameSite=Lax").append(request_.public_scheme == "https" ? "; Secure\r\n" : "\r\n");
}

void Relay::TakeFinalHead(std::string_view head_bytes, std::string_view rest) {
  const ResponseHead& head = io_.response_head();
  facts_.upstream_status = head.status;
  facts_.upstream_ns = latency_ns_ = io_.now_ns() - attempt_ns_;
  std::string& lines = io_.lines();
  lines.clear();
  const Reader reader = rule_.stores ? Reader::kCache : Reader::kClient;
  const AnswerSignals signals = AppendResponseFields(head, head_bytes, rule_, Place(), reader, &lines);
  AppendStickyCookie(&lines);
  framing_ = head.framing;
  keep_alive_ = head.keep_alive;
  remaining_ = head.content_length;
  if (signals.unbuffered) buffered_ = false;
  if (signals.limit_rate.said()) client_.LimitRate(signals.limit_rate);
  if (!signals.file.empty() && client_.FollowsFileNames()) {
    Report(Outcome::kAnswered);
    const std::string name(signals.file);
    Finish();
    return client_.SendFile(name, lines);
  }
  const bool whole = framing_ == ResponseFraming::kNone ||
                     (framing_ == ResponseFraming::kLength && rest.size() >= static_cast<uint64_t>(remaining_));
  if (whole) {
    const std::string_view content = rest.substr(0, framing_ == ResponseFraming::kNone ? 0 : static_cast<size_t>(remaining_));
    const uint16_t status = head.status;
    const int64_t announced = head.content_length;
    ContentComplete(rest.size() > content.size());
    return client_.Answer(status, lines, signals.has_date, content, announced);
  }
  state_ = State::kAnswering;
  phase_ms_ = io_.now_ms();
  decoder_ = http::ChunkedDecoder();
  decoder_.KeepTrailers(&trailers_);
  client_.Start(head.status, lines, signals.has_date, framing_ == ResponseFraming::kLength ? remaining_ : -1);
  if (state_ == State::kAnswering && !rest.empty()) TakeContentBytes(rest);
  if (state_ == State::kAnswering) Rearm();
}

void Relay::TakeContentBytes(std::string_view bytes) {
  switch (framing_) {
    case ResponseFraming::kChunked:
      return TakeChunkedBytes(bytes);
    case ResponseFraming::kLength: {
      const auto take = static_cast<size_t>(std::min<uint64_t>(bytes.size(), static_cast<uint64_t>(remaining_)));
      remaining_ -= static_cast<int64_t>(take);
      Deliver(bytes.substr(0, take));
      if (state_ == State::kAnswering && remaining_ == 0) ContentComplete(bytes.size() > take);
      return;
    }
    case ResponseFraming::kClose:
      return Deliver(bytes);
    case ResponseFraming::kNone:
      return;
  }
}

void Relay::TakeChunkedBytes(std::string_view bytes) {
  while (state_ == State::kAnswering) {
    const http::ChunkedDecoder::Step step = decoder_.Next(bytes);
    bytes.remove_prefix(step.consumed);
    switch (step.event) {
      case http::ChunkedDecoder::Event::kNeedMore:
        return;
      case http::ChunkedDecoder::Event::kBad:
        return Cut();
      case http::ChunkedDecoder::Event::kEnd:
        return ContentComplete(!bytes.empty());
      case http::ChunkedDecoder::Event::kData:
        Deliver(step.data);
        break;
    }
  }
}

// To the client while it keeps up, else behind what waits already.
void Relay::Deliver(std::string_view content) {
  const bool waits = spool_.has_value() && spool_->waiting() > 0;
  if (!waits && (unsent_ < request_.window_bytes || !buffered_)) {
    unsent_ += content.size();
    return client_.Chunk(content);
  }
  if (!spool_.has_value()) spool_.emplace(0, kSpoolMostBytes);
  if (!spool_->Append(content)) Cut();
}

// The upstream has said all. `surplus`: and more, so that nothing on its connection can be believed any further.
void Relay::ContentComplete(bool surplus) {
  answer_complete_ = true;
  if (request_.noted) facts_.whole_ns = base::MonotonicNs() - attempt_ns_;
  connection_->answered_head = request_.method == http::Method::kHead;
  const bool quiet = connection_->answered_head ? connection_->IsStillQuiet() : connection_->IsQuiet();
  const bool reusable = keep_alive_ && !surplus && request_sent_ && quiet;
  // Before the word that there is room: whoever waits for it takes this connection.
  ReleaseConnection(reusable);
  Report(Outcome::kAnswered);
  if (state_ != State::kAnswering) return Finish();
  if (spool_.has_value() && spool_->waiting() > 0) return;
  EndWhole();
}

void Relay::EndWhole() {
  std::string trailers;
  AppendTrailers(trailers_, rule_, &trailers);
  Finish();
  client_.End(true, trailers);
}

void Relay::Cut() {
  ReleaseConnection(false);
  Report(Outcome::kCut);
  Finish();
  client_.End(false, {});
}

// ---- the client's pace ----------------------------------------------------------------------------------------------

void Relay::OnTaken(uint64_t bytes) {
  if (state_ == State::kTunnel) return tunnel_->OnTaken(bytes);
  if (state_ != State::kAnswering) return;
  unsent_ -= std::min(unsent_, bytes);
  io_.AddReady(this);
}

void Relay::Resume() {
  if (state_ != State::kAnswering) return;
  Drain();
  if (state_ == State::kAnswering && connection_ != nullptr && WantsBytes()) connection_->ReadOn();
}

void Relay::Drain() {
  while (state_ == State::kAnswering && spool_.has_value() && spool_->waiting() > 0 && unsent_ < request_.window_bytes) {
    const ssize_t got = spool_->Take(io_.scratch(), IoServices::kScratchBytes);
    if (got < 0) return Cut();
    unsent_ += static_cast<uint64_t>(got);
    client_.Chunk({io_.scratch(), static_cast<size_t>(got)});
  }
  if (state_ != State::kAnswering || !answer_complete_ || (spool_.has_value() && spool_->waiting() > 0)) return;
  EndWhole();
}

// ---- the tunnel -----------------------------------------------------------------------------------------------------

void Relay::OnTunnelInput(std::string_view bytes) {
  if (tunnel_ != nullptr) tunnel_->OnInput(bytes);
}

void Relay::OnTunnelInputEnd() {
  if (tunnel_ != nullptr) tunnel_->OnInputEnd();
}

bool Relay::WantsTunnelInput() const { return tunnel_ != nullptr && tunnel_->WantsInput(); }

}  // namespace fastserve::proxy
