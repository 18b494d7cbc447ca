// Bytes from a client: how many are read, when none are, and whose turn they are. See connection.h for the phases.
#include <algorithm>
#include <cerrno>

#include "native/net/proxy_protocol.h"
#include "native/net/system_calls.h"
#include "native/server/connection/connection.h"
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

}  // namespace fastserve::server
