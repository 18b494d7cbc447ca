// TLS between the socket and the rest of a connection: receiving, failing, clients that speak plain HTTP. See connection.h.
#include <cerrno>

#include "native/base/bytes.h"
#include "native/http/request/request_parser.h"
#include "native/net/system_calls.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Reads that may bring no plaintext (a handshake, keys that change) before other connections have their turn.
constexpr int kSilentReads = 4;
// What may wait to be sent of messages that the client itself asks for, without answers: more is an attack.
constexpr size_t kMaxUnsentMessages = 65536;

// Every TLS connection begins with a handshake record, whose type is 22 (RFC 8446 5.1); every HTTP request with a letter.
bool IsPlainHttp(char first) {
  const char lower = base::ToLowerAscii(first);
  return lower >= 'a' && lower <= 'z';
}

}  // namespace

void Connection::BeginHandshake() {
  tls_ = std::make_unique<tls::Session>(listening_.tls);
  SetWait(Wait::kHandshake, io_.options().timeouts.handshake_ms);
}

// As Receive, through TLS: all that came is decrypted at once, so that nothing waits where epoll does not see it.
ssize_t Connection::ReceiveSecure(std::string_view* view) {
  tls::Scratch& scratch = io_.tls_scratch();
  for (int i = 0; i < kSilentReads; ++i) {
    if (tls_->state() == tls::Session::State::kEnded) return 0;
    ssize_t got;
    do {
      got = net::Receive(fd_.get(), scratch.received, sizeof scratch.received, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      readable_ = false;
      if (errno != EAGAIN && errno != EWOULDBLOCK) Abort();
      return -1;
    }
    if (got == 0) return 0;
    // As in Receive: drained, and a FIN behind it has announced itself.
    if (static_cast<size_t>(got) < sizeof scratch.received) readable_ = false;
    const std::string_view plain = Decrypt({scratch.received, static_cast<size_t>(got)});
    if (closed() || lingering_ || tls_ == nullptr) return -1;
    if (!plain.empty()) {
      if (!input_.empty()) {
        input_.append(plain);
        *view = {};
      } else {
        *view = plain;
      }
      return static_cast<ssize_t>(plain.size());
    }
    if (!readable_ && !peer_closed_) return -1;
  }
  io_.AddReady(this);
  return -1;
}

std::string_view Connection::Decrypt(std::string_view received) {
  const tls::Session::State before = tls_->state();
  if (before == tls::Session::State::kFresh && IsPlainHttp(received.front())) {
    RefusePlainHttp(received);
    return {};
  }
  const bool was_established = tls_->established();
  const std::string_view plain = tls_->Open(received, io_.tls_scratch());
  if (tls_->state() == tls::Session::State::kFailed || tls_->pending_bytes() > kMaxUnsentMessages) {
    FailTls();
    return {};
  }
  if (tls_->has_output()) MarkDirty();
  if (!was_established && tls_->established()) {
    io_.counters().tls_handshakes.Add();
    if (tls_->resumed()) io_.counters().tls_resumed.Add();
    if (wait_ != Wait::kDrain) SetWait(Wait::kHeader, io_.options().timeouts.header_ms);
  }
  if (tls_->state() == tls::Session::State::kEnded) readable_ = true;  // the end is still to be told
  return plain;
}

// The stream is broken, or the handshake failed: the alert that says why is all that can still be sent.
void Connection::FailTls() {
  io_.counters().tls_failures.Add();
  if (first_ != nullptr || !output_.empty()) {
    tls_->Close(fd_.get());
    Abort();
  } else {
    StartLinger();
  }
}

// The answer goes out in clear: nothing of this connection was ever secret.
void Connection::RefusePlainHttp(std::string_view request) {
  io_.counters().tls_failures.Add();
  tls_.reset();
  phase_ = Phase::kIgnoring;
  Exchange* refused = AppendExchange();
  if (refused == nullptr) return Abort();
  io_.NoteBrokenRequest(refused);
  refused->closes = true;
  refused->head_request = http::BeginsHeadRequest(request);
  Answer answer;
  answer.status = 400;
  answer.fields = "Content-Type: text/plain; charset=utf-8\r\n";
  answer.body = Answer::Body::kCopied;
  answer.bytes = "400 Bad Request: this port speaks HTTPS only\n";
  refused->answered_by = AnsweredBy::kError;
  Send(refused, answer);
}

}  // namespace fastserve::server
