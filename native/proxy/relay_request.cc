// The request on its way to a server: its content as it comes, and what is sent. Attempts: relay.cc.
#include <algorithm>
#include <charconv>

#include "native/base/bytes.h"
#include "native/http/fields/client_timeout.h"
#include "native/proxy/relay.h"
#include "native/proxy/request_writer.h"
#include "native/proxy/uwsgi_request.h"

namespace fastserve::proxy {

namespace {

// Content that is passed on as it comes: so much may wait for the upstream.
constexpr uint64_t kContentAheadBytes = 262144;

}  // namespace

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
  if (request_.content_length < 0 && !bytes.empty()) AppendSizeLine(bytes.size());
  output.Append(io_.pool(), bytes);
  if (request_.content_length < 0) output.Append(io_.pool(), bytes.empty() ? "" : "\r\n");
  if (request_.content_length < 0 && ended) output.Append(io_.pool(), LastChunk());
  connection_->Flush();
}

void Relay::AppendSizeLine(uint64_t bytes) {
  char line[20];
  char* end = std::to_chars(line, line + 16, bytes, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  connection_->output().Append(io_.pool(), {line, static_cast<size_t>(end - line)});
}

// What ends chunked content (RFC 9112 7.1), with the trailers that may pass.
std::string Relay::LastChunk() const {
  std::string text = "0\r\n";
  AppendRequestTrailers(request_trailers_, rule_, &text);
  return text.append("\r\n");
}

// Behind all that went before: the wait for content, for a server, other attempts.
void Relay::RenewTimeouts() {
  request_.head.resize(request_.own_head_bytes);
  http::AppendTimeouts(request_.timeout_fields, request_.deadline_ms - io_.now_ms(), &request_.head);
}

void Relay::SendRequest() {
  state_ = State::kSending;
  phase_ms_ = io_.now_ms();
  if (request_.timeout_fields != 0) [[unlikely]] RenewTimeouts();
  if (choice_.server->protocol == Protocol::kUwsgi) {
    if (!AppendUwsgi()) return GiveUp(431);
  } else {
    AppendContent();
  }
  if (!content_ended_) client_.WantContent();
  if (state_ != State::kSending) return;
  Rearm();
  // What cannot be sent again goes now: until then nobody has told that the connection has ended (TakeKept).
  if (CanRepeatSent()) return connection_->FlushLater();
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
  connection_->output().Append(io_.pool(), packet);
  if (content_.has_value()) AppendCollected();
  return true;
}

// From where it is.
void Relay::AppendCollected() {
  net::OutputQueue& output = connection_->output();
  output.AppendBorrowed(content_->memory(), {});
  output.AppendFile(content_->fd(), 0, content_->file_bytes(), {});
}

// Trailers come only behind chunks: collected content becomes one.
void Relay::AppendCollectedWithTrailers() {
  net::OutputQueue& output = connection_->output();
  output.Append(io_.pool(), "Transfer-Encoding: chunked\r\n\r\n");
  if (content_->waiting() > 0) {
    AppendSizeLine(content_->waiting());
    AppendCollected();
    output.Append(io_.pool(), "\r\n");
  }
  output.Append(io_.pool(), LastChunk());
}

// The head, framed anew (RFC 9112 6): a length where it is known by now.
void Relay::AppendContent() {
  net::OutputQueue& output = connection_->output();
  if (!request_.has_content && !request_.announces_empty) return AppendHeadAlone();
  output.Append(io_.pool(), request_.head);
  char line[64] = "Content-Length: ";
  const auto append_length = [&](uint64_t length) {
    char* end = std::to_chars(line + 16, line + sizeof line - 4, length).ptr;
    for (const char c : {'\r', '\n', '\r', '\n'}) *end++ = c;
    output.Append(io_.pool(), {line, static_cast<size_t>(end - line)});
  };
  if (content_.has_value() && !request_trailers_.empty()) {
    AppendCollectedWithTrailers();
  } else if (content_.has_value()) {
    append_length(content_->waiting());
    AppendCollected();
  } else if (request_.has_content && request_.content_length < 0) {
    output.Append(io_.pool(), "Transfer-Encoding: chunked\r\n\r\n");
  } else {
    append_length(static_cast<uint64_t>(std::max<int64_t>(request_.content_length, 0)));
  }
}

// What most requests are, written once where it is sent from.
void Relay::AppendHeadAlone() {
  constexpr std::string_view kEnd = "\r\n";
  net::OutputQueue& output = connection_->output();
  const std::string_view head = request_.head;
  if (head.size() + kEnd.size() > net::BlockPool::kBlockBytes) {
    output.Append(io_.pool(), head);
    return output.Append(io_.pool(), kEnd);
  }
  base::Put(base::Put(output.Reserve(io_.pool(), head.size() + kEnd.size()), head), kEnd);
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

}  // namespace fastserve::proxy
