#include "native/proxy/upstream_connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "native/net/loopback.h"
#include "native/net/socket_end.h"
#include "native/net/system_calls.h"
#include "native/proxy/upstream_pool.h"

namespace fastserve::proxy {

namespace {

// What one connection may read and send in a turn.
constexpr size_t kReadBudgetBytes = 262144;
constexpr size_t kFlushBudgetBytes = 1u << 20;

}  // namespace

UpstreamConnection::~UpstreamConnection() { Close(); }

bool UpstreamConnection::Connect(const ServerSpec& server, const tls::ClientContext* tls, UpstreamUser* user,
                                 std::string_view announced) {
  const int family = server.address.ss_family;
  fd_.Reset(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_.valid()) return false;
  if (family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (net::IsLoopback(reinterpret_cast<const sockaddr*>(&server.address))) net::SendUnpaced(fd_.get());
  }
  if (server.tls) {
    tls_ = std::make_unique<tls::Session>(*tls);
    if (!tls_->Connect(server.authority)) return fd_.Reset(), false;
  }
  const auto* address = reinterpret_cast<const sockaddr*>(&server.address);
  // EAGAIN: the backlog of a unix socket is full, and nothing would tell when it is not.
  if (::connect(fd_.get(), address, server.address_length) != 0 && errno != EINPROGRESS) return fd_.Reset(), false;
  if (!io_.loop().Add(fd_.get(), this)) return fd_.Reset(), false;
  user_ = user;
  announced_ = announced;
  server_id_ = server.id;
  state_ = State::kConnecting;
  timer_.kind = kTimerKind;
  timer_.owner = static_cast<Timed*>(this);
  return true;
}

void UpstreamConnection::OnReady(net::Readiness readiness) {
  peer_closed_ |= readiness.peer_closed || readiness.hangup;
  readable_ |= readiness.readable || peer_closed_;
  writable_ |= readiness.writable;
  if (state_ == State::kConnecting) {
    if (!readiness.writable && !readiness.hangup) return;
    OnConnectDone();
    if (state_ == State::kClosed) return;
  }
  // Bytes that nobody asked for, or the end: of no use for another request (RFC 9112 9.3.1).
  if (state_ == State::kIdle) {
    if (readable_) pool_.Drop(this);
    return;
  }
  // First what is there: before a request is sent it is no answer to it (RFC 9112 9.2).
  if (readable_) Read();
  if (state_ == State::kIdle) return;  // another thread may have taken it by now
  if (writable_ && (!output_.empty() || (tls_ != nullptr && tls_->has_output()))) Flush();
}

void UpstreamConnection::OnConnectDone() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return End(UpstreamEnd::kRefused);
  if (pool_.spec().proxy_version != net::ProxyVersion::kNone && !Announce()) return End(UpstreamEnd::kRefused);
  if (tls_ == nullptr) return Established();
  state_ = State::kHandshaking;
  Flush();
}

// Says whose connection it is, before anything else and before TLS. False: the server takes nothing; a socket that has just connected
// has room for all of it.
bool UpstreamConnection::Announce() {
  std::string own;
  if (announced_.empty() && pool_.spec().proxy_version == net::ProxyVersion::kV2) {
    net::AppendLocalProxyHeader(&own);
  } else if (announced_.empty()) {
    const net::SocketEnd from = net::LocalEnd(fd_.get()), to = net::RemoteEnd(fd_.get());
    net::AppendProxyHeader(net::ProxyVersion::kV1, {from.address, to.address, from.port, to.port}, &own);
  }
  const std::string_view header = announced_.empty() ? own : announced_;
  return net::Send(fd_.get(), header.data(), header.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(header.size());
}

void UpstreamConnection::Established() {
  state_ = State::kInUse;
  last_progress_ms_ = io_.now_ms();
  user_->OnConnected();
}

void UpstreamConnection::Resume() {
  if (state_ == State::kClosed || state_ == State::kIdle) return;
  if (readable_) Read();
  if (writable_ && !output_.empty()) Flush();
}

void UpstreamConnection::Read() {
  size_t budget = kReadBudgetBytes;
  while (readable_ && (state_ == State::kHandshaking || (state_ == State::kInUse && user_->WantsBytes()))) {
    if (budget == 0) return io_.AddReady(this);
    std::string_view bytes;
    const ssize_t got = Receive(&bytes);
    if (got < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      return End(UpstreamEnd::kReset);
    }
    if (got == 0) {
      readable_ = false;
      // An end that TLS does not vouch for may be anybody's.
      return End(tls_ == nullptr ? UpstreamEnd::kFinished : UpstreamEnd::kReset);
    }
    budget -= std::min(budget, static_cast<size_t>(got));
    if (tls_ == nullptr) {
      user_->OnBytes(bytes);
      continue;
    }
    bytes = tls_->Open(bytes, io_.tls_scratch());
    if (tls_->state() == tls::Session::State::kFailed) {
      return End(state_ == State::kHandshaking ? UpstreamEnd::kUntrusted : UpstreamEnd::kReset);
    }
    if (state_ == State::kHandshaking && tls_->established()) Established();
    if (state_ == State::kInUse && !bytes.empty()) user_->OnBytes(bytes);
    // Another thread may have taken it by now, with its session; what TLS has to say still goes with the next request.
    if (state_ == State::kIdle) return;
    if (state_ != State::kClosed && tls_->has_output()) Flush();
    if (state_ == State::kInUse && tls_->state() == tls::Session::State::kEnded) return End(UpstreamEnd::kFinished);
  }
}

ssize_t UpstreamConnection::Receive(std::string_view* bytes) {
  char* into = tls_ == nullptr ? io_.scratch() : io_.tls_scratch().received;
  const size_t capacity = tls_ == nullptr ? IoServices::kScratchBytes : tls::Scratch::kReceiveBytes;
  ssize_t got;
  do {
    got = net::Receive(fd_.get(), into, capacity, 0);
  } while (got < 0 && errno == EINTR);
  // A short read means that the socket is drained; a FIN behind it has announced itself (peer_closed_).
  if (got < 0 || (static_cast<size_t>(got) < capacity && !peer_closed_)) readable_ = false;
  *bytes = {into, got > 0 ? static_cast<size_t>(got) : 0};
  return got;
}

void UpstreamConnection::Flush() {
  if (!writable_ || state_ == State::kConnecting || state_ == State::kClosed) return;
  uint64_t sent = 0;
  const net::FlushStatus status =
      tls_ == nullptr ? output_.Flush(io_.pool(), fd_.get(), kFlushBudgetBytes, &sent)
                      : tls_->Flush(io_.pool(), output_, io_.tls_scratch(), fd_.get(), kFlushBudgetBytes, &sent);
  if (sent > 0) {
    sent_ = true;
    last_progress_ms_ = io_.now_ms();
  }
  switch (status) {
    case net::FlushStatus::kBlocked:
      // Behind a file it may be writable now: the kernel is asked anew, or the socket itself.
      writable_ = output_.fronts_file() && !io_.loop().WatchWriting(fd_.get(), this);
      if (writable_) io_.AddReady(this);
      return;
    case net::FlushStatus::kYield:
      return io_.AddReady(this);
    case net::FlushStatus::kAwaitsPages:  // of watched files, which no request to an upstream has
      return;
    case net::FlushStatus::kError:
      // The peer takes no more, but may have said why: an early answer waits to be read.
      writable_ = false;
      output_.Clear(io_.pool());
      sent_ = true;
      readable_ = true;
      return io_.AddReady(this);
    case net::FlushStatus::kEmpty:
      break;
  }
  if (state_ != State::kInUse) return;
  if (finishing_) {
    finishing_ = false;
    if (tls_ != nullptr) tls_->Close(fd_.get());
    ::shutdown(fd_.get(), SHUT_WR);
  }
  user_->OnSent();
}

// Asks the kernel only where the last read filled its buffer: else the socket was drained.
bool UpstreamConnection::IsQuiet() {
  if (peer_closed_ || (tls_ != nullptr && tls_->has_input())) return false;
  if (!readable_) return true;
  char byte;
  if (net::Receive(fd_.get(), &byte, 1, MSG_PEEK) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return false;
  readable_ = false;
  return true;
}

bool UpstreamConnection::IsStillQuiet() {
  readable_ = true;
  return IsQuiet();
}

void UpstreamConnection::FinishSending() {
  finishing_ = true;
  Flush();
}

void UpstreamConnection::End(UpstreamEnd end) {
  if (end == UpstreamEnd::kFinished) return user_->OnEnd(end);
  UpstreamUser* const user = user_;
  Close();
  user->OnEnd(end);
}

void UpstreamConnection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  user_ = nullptr;
  output_.Clear(io_.pool());
  io_.wheel().Cancel(&timer_);
  io_.RemoveReady(this);
  io_.loop().Remove(fd_.get(), this);
  // A descriptor that its former owner has still would keep the socket open.
  if (adopted_) ::shutdown(fd_.get(), SHUT_RDWR);
  io_.Bury(this);
  fd_.Reset();
}

IdleSocket UpstreamConnection::Copy() {
  IdleSocket copy;
  copy.fd.Reset(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy.fd.valid()) return copy;
  copy.tls = std::move(tls_);
  copy.server_id = server_id_;
  adopted_ = false;  // to be closed without a word to the peer
  return copy;
}

bool UpstreamConnection::Adopt(IdleSocket socket, UpstreamUser* user) {
  fd_ = std::move(socket.fd);
  tls_ = std::move(socket.tls);
  server_id_ = socket.server_id;
  writable_ = reused_ = adopted_ = true;
  if (!IsStillQuiet() || !io_.loop().Add(fd_.get(), this)) {
    ::shutdown(fd_.get(), SHUT_RDWR);
    return fd_.Reset(), false;
  }
  timer_.kind = kTimerKind;
  timer_.owner = static_cast<Timed*>(this);
  BecomeUsed(user);
  return true;
}

void UpstreamConnection::BecomeIdle(int64_t keep_ms) {
  state_ = State::kIdle;
  user_ = nullptr;
  reused_ = true;
  sent_ = false;
  io_.RemoveReady(this);
  idle_until_ms_ = io_.now_ms() + keep_ms;
  if (keep_ms > 0 && !timer_.armed()) io_.wheel().Arm(&timer_, idle_until_ms_);
}

void UpstreamConnection::BecomeUsed(UpstreamUser* user) {
  state_ = State::kInUse;
  user_ = user;
  last_progress_ms_ = io_.now_ms();
}

// Armed lazily: being used in between costs the wheel nothing.
void UpstreamConnection::OnTimer() {
  if (state_ != State::kIdle) return;
  if (io_.now_ms() < idle_until_ms_) return io_.wheel().Arm(&timer_, idle_until_ms_);
  pool_.Drop(this);
}

}  // namespace fastserve::proxy
