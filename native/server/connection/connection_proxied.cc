// Requests that go to an upstream, and tunnels. See connection.h for the phases.
#include <sys/socket.h>

#include <algorithm>

#include "native/http/response/response_head.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/proxied_exchange.h"

namespace fastserve::server {

namespace {

// Of content, in one step to the relay.
constexpr size_t kRelayedPieceBytes = 65536;

}  // namespace

void Connection::StartProxied(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                              const WorkerTarget& target, const Origin& origin, bool has_body) {
  if (has_body) sink_ = Sink::kRelay;
  ProxiedRequest request;
  request.head = &head;
  request.head_bytes = head_bytes;
  request.path =
      target.normalized_path.empty() ? head_bytes.substr(head.path_offset, head.path_length) : target.normalized_path;
  request.rule = target.rule;
  request.origin = &origin;
  request.peer = queue::ToIpAddress(peer_);
  request.has_content = has_body;
  // Behind a switch nothing else can be answered: no request may come before it or be read behind it.
  request.may_upgrade = first_ == exchange && !has_body && exchange->keep_alive && !draining_;
  io_.proxy().Start(exchange, request);
}

size_t Connection::RelayBody(std::string_view input, bool* progress) {
  if (input.empty() || !receiving_->proxied->relay().WantsContent()) return 0;
  decoder_.KeepTrailers(receiving_->proxied->relay().request_trailers());
  std::string_view data;
  bool ended;
  const std::string_view piece = input.substr(0, kRelayedPieceBytes);
  const size_t used = chunked_body_ ? GatherChunks(piece, &data, &ended) : ConsumeBodyPiece(piece, &data, &ended);
  if (phase_ != Phase::kBody) return used;
  wait_ = Wait::kNone;
  if (!CountBody(data.size())) return used;
  Exchange* exchange = receiving_;
  if (ended) FinishBody();
  if (!data.empty() || ended) exchange->proxied->relay().TakeContent(data, ended);
  *progress = used > 0;
  return used;
}

// The answer decides whether the next bytes are a request or a tunnel's.
void Connection::EndUpgradeWait(Exchange* exchange) {
  exchange->awaits_upgrade = false;
  Unblock();
}

void Connection::StartTunnel(Exchange* exchange, std::string_view fields) {
  exchange->status = 101;
  exchange->closes = true;
  exchange->state = ExchangeState::kStreaming;
  phase_ = Phase::kTunnel;
  EndUpgradeWait(exchange);
  std::string text(http::StatusLine(101));
  Emit(exchange, text.append(fields).append("\r\n"));
  MarkDirty();
}

size_t Connection::ConsumeTunnel(std::string_view input, bool* progress) {
  *progress = false;
  if (!input.empty()) first_->proxied->relay().OnTunnelInput(input);
  return input.size();
}

void Connection::SendTunnelBytes(Exchange* exchange, std::string_view bytes) {
  exchange->sent_bytes += bytes.size();
  exchange->credit_owed += bytes.size();
  Emit(exchange, bytes);
  MarkDirty();
}

void Connection::FinishTunnel() {
  tunnel_finished_ = true;
  MarkDirty();
}

void Connection::ShutDownOutput() {
  tunnel_finished_ = false;
  if (tls_ != nullptr) tls_->Close(fd_.get());
  ::shutdown(fd_.get(), SHUT_WR);
}

void Connection::OnTunnelEndOfInput() { first_->proxied->relay().OnTunnelInputEnd(); }

void Connection::EndTunnel(Exchange* exchange, bool broken) {
  if (broken) return Abort();
  Complete(exchange);
}

}  // namespace fastserve::server
