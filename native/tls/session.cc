#include "native/tls/session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>

#include "native/net/system_calls.h"

namespace fastserve::tls {

namespace {

constexpr size_t kRecordBytes = SSL3_RT_MAX_PLAIN_LENGTH;
// Plaintext sealed before it is sent: few system calls, and still in the processor's cache when the kernel copies it.
constexpr size_t kBatchBytes = 8 * kRecordBytes;
// What waits is sent together with the answer behind it (tickets with the first one) when it is at most this much.
constexpr size_t kJoinedBytes = 8192;

ssize_t SendSome(int socket, std::string_view bytes, int flags = 0) {
  ssize_t taken;
  do {
    taken = net::Send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
  } while (taken < 0 && errno == EINTR);
  return taken;
}

}  // namespace

Session::~Session() { SSL_free(ssl_); }

bool Session::Begin() {
  context_ = slot_ == nullptr ? nullptr : slot_->Get();
  if (context_ == nullptr) return false;
  ssl_ = SSL_new(context_->first());
  BIO* const bio = ssl_ == nullptr ? nullptr : NewWireBio(&wire_);
  if (bio == nullptr) return false;
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
  return SSL_set_ex_data(ssl_, 0, this) == 1;
}

bool Session::Connect(std::string_view authority) {
  ssl_ = SSL_new(client_->get());
  BIO* const bio = ssl_ == nullptr ? nullptr : NewWireBio(&wire_);
  if (bio == nullptr) return false;
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_connect_state(ssl_);
  if (SSL_set_ex_data(ssl_, 0, this) != 1 || !client_->Expect(ssl_, authority)) return false;
  state_ = State::kHandshake;
  wire_.sink = &pending_;
  const int result = SSL_do_handshake(ssl_);
  if (result <= 0) Note(result);
  return state_ == State::kHandshake;
}

bool Session::resumed() const { return ssl_ != nullptr && SSL_session_reused(ssl_) == 1; }

std::string_view Session::protocol() const { return established() ? SSL_get_version(ssl_) : ""; }

std::string_view Session::cipher() const { return established() ? SSL_get_cipher_name(ssl_) : ""; }

std::string_view Session::server_name() const {
  const char* name = established() ? SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name) : nullptr;
  return name == nullptr ? std::string_view{} : name;
}

std::string_view Session::Open(std::string_view received, Scratch& scratch) {
  if (state_ == State::kFresh) state_ = Begin() ? State::kHandshake : State::kFailed;
  if (state_ == State::kFailed || state_ == State::kEnded) return {};
  wire_.input = received;
  wire_.sink = &pending_;
  size_t size = 0;
  int result = 1;
  while (size < Scratch::kPlainBytes) {
    result = SSL_read(ssl_, scratch.plain + size, static_cast<int>(Scratch::kPlainBytes - size));
    if (result <= 0) break;
    size += static_cast<size_t>(result);
    if (wire_.input.empty() && SSL_pending(ssl_) == 0) break;
  }
  if (state_ == State::kHandshake && SSL_is_init_finished(ssl_)) state_ = State::kEstablished;
  if (result <= 0) Note(result);
  // T1: kPlainBytes hold everything; what is left belongs to a session that has ended.
  wire_.input = {};
  if (refused_) state_ = State::kFailed;
  return {scratch.plain, size};
}

bool Session::has_input() const { return SSL_has_pending(ssl_) == 1; }

void Session::Note(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return;
    case SSL_ERROR_ZERO_RETURN:
      state_ = State::kEnded;
      return;
    default:
      state_ = State::kFailed;
      ERR_clear_error();
  }
}

void Session::OnInfo(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_WRITE_ALERT) != SSL_CB_WRITE_ALERT || (value & 0xff) != SSL_AD_NO_RENEGOTIATION) return;
  static_cast<Session*>(SSL_get_ex_data(ssl, 0))->refused_ = true;
}

// ---- sending --------------------------------------------------------------------------------------------------------

net::FlushStatus Session::Flush(net::BlockPool& pool, net::OutputQueue& queue, Scratch& scratch, int socket, size_t budget,
                                uint64_t* sent, bool fin_follows) {
  while (true) {
    if (!pending_.empty() && (queue.empty() || pending_.size() > kJoinedBytes)) {
      const net::FlushStatus status = SendPending(socket);
      if (status != net::FlushStatus::kEmpty) return status;
    }
    if (queue.empty()) return net::FlushStatus::kEmpty;
    if (state_ != State::kEstablished && state_ != State::kEnded) return net::FlushStatus::kError;
    if (budget == 0) {
      queue.ForgetPages();
      return net::FlushStatus::kYield;
    }
    const ssize_t taken = SealBatch(pool, queue, scratch, std::min(budget, kBatchBytes));
    if (taken < 0) return net::FlushStatus::kError;
    if (taken == 0) return SendBeforePages(socket);
    budget -= static_cast<size_t>(taken);
    *sent += static_cast<uint64_t>(taken);
    const bool is_last = fin_follows && queue.empty();
    if (is_last) SayGoodbye(&scratch.sealed);
    const net::FlushStatus status = SendSealed(scratch.sealed, socket, is_last ? MSG_MORE : 0);
    if (status != net::FlushStatus::kEmpty) {
      queue.ForgetPages();
      return status;
    }
  }
}

// Moves at most `most` bytes of the queue into records in scratch.sealed, behind what was pending. 0: the queue awaits pages of a
// file, and what was pending still is. -1: nothing more can be sent (a file ended early, or OpenSSL failed).
ssize_t Session::SealBatch(net::BlockPool& pool, net::OutputQueue& queue, Scratch& scratch, size_t most) {
  const bool held_content = holds_content_;
  scratch.sealed.assign(pending_);
  std::string().swap(pending_);
  holds_content_ = false;
  wire_.sink = &scratch.sealed;
  size_t taken = 0;
  bool failed = false;
  while (taken < most && !queue.empty()) {
    const std::string_view front = queue.FrontMemory();
    int size;
    if (front.size() >= kRecordBytes) {  // large memory is sealed from where it is
      size = static_cast<int>(std::min(front.size(), most - taken));
      failed = SSL_write(ssl_, front.data(), size) != size;
      if (failed) break;
      queue.Skip(pool, static_cast<size_t>(size));
    } else {
      const ssize_t got = queue.Take(pool, scratch.plain, std::min(Scratch::kPlainBytes, most - taken));
      if (got < 0) return -1;
      if (got == 0) break;
      size = static_cast<int>(got);
      failed = SSL_write(ssl_, scratch.plain, size) != size;
      if (failed) break;
    }
    taken += static_cast<size_t>(size);
  }
  wire_.sink = &pending_;
  if (taken > 0) return static_cast<ssize_t>(taken);
  if (!failed) {
    pending_.swap(scratch.sealed);
    holds_content_ = held_content;
    return 0;
  }
  ERR_clear_error();
  return -1;
}

// Nobody knows when the pages come: what is sealed goes.
net::FlushStatus Session::SendBeforePages(int socket) {
  const net::FlushStatus status = pending_.empty() ? net::FlushStatus::kEmpty : SendPending(socket);
  return status == net::FlushStatus::kEmpty ? net::FlushStatus::kAwaitsPages : status;
}

net::FlushStatus Session::SendSealed(std::string& sealed, int socket, int flags) {
  const ssize_t sent = SendSome(socket, sealed, flags);
  if (sent < 0 && errno != EAGAIN) return net::FlushStatus::kError;
  const size_t gone = sent > 0 ? static_cast<size_t>(sent) : 0;
  if (gone == sealed.size()) return net::FlushStatus::kEmpty;
  pending_.assign(sealed, gone);
  holds_content_ = true;
  return net::FlushStatus::kBlocked;
}

net::FlushStatus Session::SendPending(int socket) {
  const ssize_t sent = SendSome(socket, pending_);
  if (sent < 0) return errno == EAGAIN ? net::FlushStatus::kBlocked : net::FlushStatus::kError;
  if (static_cast<size_t>(sent) < pending_.size()) {
    pending_.erase(0, static_cast<size_t>(sent));
    return net::FlushStatus::kBlocked;
  }
  std::string().swap(pending_);
  holds_content_ = false;
  return net::FlushStatus::kEmpty;
}

// close_notify, once: behind it nothing may be sent.
void Session::SayGoodbye(std::string* sink) {
  if (said_goodbye_) return;
  said_goodbye_ = true;
  wire_.sink = sink;
  SSL_shutdown(ssl_);
  ERR_clear_error();
  wire_.sink = &pending_;
}

void Session::Close(int socket) {
  if (established()) SayGoodbye(&pending_);
  if (!pending_.empty()) SendPending(socket);
}

}  // namespace fastserve::tls
