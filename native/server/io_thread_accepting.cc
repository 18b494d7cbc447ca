// How an I/O thread comes by connections, and parts with them when it is told: its listeners, accepting, rests when there is no room,
// requests without a client.
#include <sys/eventfd.h>

#include "native/net/descriptor_reserve.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Connections taken from one listener in a turn.
constexpr int kAcceptsPerTurn = 128;
// A listener that closes takes at most this many times as many: what our own backlog holds.
constexpr int kDrainRounds = 32;
// How long accepting rests when descriptors or memory have run out.
constexpr int64_t kAcceptPauseMs = 100;

// The process's: its limit is read once.
const net::DescriptorReserve& Reserve() {
  static const net::DescriptorReserve reserve;
  return reserve;
}

}  // namespace

void IoThread::AddListener(base::UniqueFd fd, const Listening& listening) {
  const auto held = std::make_shared<base::UniqueFd>(std::move(fd));
  Post([this, held, &listening] {
    if (!stopping_) AddSource(std::move(*held), listening);
  });
}

void IoThread::RemoveListener(const Listening& listening) {
  Post([this, &listening] { CloseListener(listening); });
}

// True when more may wait.
bool IoThread::AcceptFrom(ListenerSource& source) {
  for (int i = 0; i < kAcceptsPerTurn && accepting_; ++i) {
    if (counters_.connections_open.Read() >= options().limits.connections) {
      PauseAccepting();
      return false;
    }
    int fd = -1;
    sockaddr_storage peer{};
    switch (net::Accept(source.fd(), &fd, &peer)) {
      case net::AcceptStatus::kAccepted:
        AddConnection(base::UniqueFd(fd), peer, source.listening());
        if (Reserve().IsReached(fd)) [[unlikely]] PauseAccepting();
        break;
      case net::AcceptStatus::kRetry: break;
      case net::AcceptStatus::kDrained: return false;
      case net::AcceptStatus::kExhausted: PauseAccepting(); return false;
      case net::AcceptStatus::kBroken: loop_.SetEnabled(source.fd(), &source, false); return false;
    }
  }
  return accepting_;
}

void IoThread::AddConnection(base::UniqueFd fd, const sockaddr_storage& peer, const Listening& listening) {
  if (listening.proxied && !listening.Takes(queue::ToIpAddress(queue::FromSocketAddress(peer)))) [[unlikely]] {
    return counters_.connections_refused.Add();
  }
  std::unique_ptr<AddressSlot> slot;
  if (options().gate != nullptr && !CountAddress(peer, &slot)) [[unlikely]] return counters_.connections_refused.Add();
  const int raw = fd.get();
  auto connection = std::make_unique<Connection>(*this, std::move(fd), peer, listening);
  if (!loop_.AddReading(raw, connection.get())) {
    wheel_.Cancel(&connection->timer_);
    return;
  }
  connection->address_slot_ = std::move(slot);
  Link(std::move(connection));
  counters_.connections_accepted.Add();
}

// Into the list of all connections.
Connection* IoThread::Link(std::unique_ptr<Connection> connection) {
  connection->all_next = all_;
  if (all_ != nullptr) all_->all_previous = connection.get();
  all_ = connection.release();
  counters_.connections_open.Add();
  return all_;
}

void IoThread::CloseConnections(bool idle_only) {
  Post([this, idle_only] {
    for (Connection* connection = all_; connection != nullptr;) {
      Connection* next = connection->all_next;
      if (!idle_only) connection->Abort();
      else if (connection->IsIdle()) connection->CloseIdle();
      connection = next;
    }
  });
}

void IoThread::RequestWithoutClient(const queue::PeerAddress& peer, bool encrypted, std::string_view head,
                                    std::unique_ptr<AnswerTap> tap) {
  base::UniqueFd fd(::eventfd(0, EFD_CLOEXEC));
  if (!fd.valid()) return;
  tap_ = std::move(tap);
  Link(std::make_unique<Connection>(*this, std::move(fd), peer, encrypted))->Ask(head);
  tap_.reset();
}

void IoThread::GiveTap(Exchange* exchange) {
  if (tap_ == nullptr) return;
  exchange->stages = std::make_unique<AnswerStages>();
  exchange->stages->tap = std::move(tap_);
}

// False: its address has as many connections as allowed, or has opened too many in a short time. Trusted proxies speak for many clients and are not counted.
bool IoThread::CountAddress(const sockaddr_storage& peer, std::unique_ptr<AddressSlot>* slot) {
  const base::IpAddress address = queue::ToIpAddress(queue::FromSocketAddress(peer));
  if (address.family == 0 || options().trusted.Contains(address)) return true;
  return options().gate->AdmitConnection(address, now_ns(), slot);
}

// Level-triggered listeners would spin while nothing can be accepted: they rest, what waits stays in the backlog.
void IoThread::PauseAccepting() {
  accepting_ = false;
  counters_.accept_pauses.Add();
  for (auto& listener : listeners_) loop_.SetEnabled(listener->fd(), listener.get(), false);
  router_->files().Clear();  // descriptors of files that nobody reads now
  wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
}

// What the kernel refuses to watch again now is tried again after another rest.
void IoThread::ResumeAccepting() {
  if (stopping_) return;
  if (!Reserve().HasRoom(loop_.descriptor())) {
    counters_.accept_pauses.Add();
    wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
    return;
  }
  accepting_ = true;
  bool watched = true;
  for (auto& listener : listeners_) watched &= loop_.SetEnabled(listener->fd(), listener.get(), true);
  if (!watched) wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
}

void IoThread::StopAccepting() {
  for (auto& listener : listeners_) CloseSource(*listener);
  listeners_.clear();
  accepting_ = false;
  wheel_.Cancel(&accept_timer_);
}

void IoThread::AddSource(base::UniqueFd fd, const Listening& listening) {
  listeners_.push_back(std::make_unique<ListenerSource>(*this, std::move(fd), listening));
  ListenerSource* source = listeners_.back().get();
  Watch(source->fd(), source);
  if (!accepting_) loop_.SetEnabled(source->fd(), source, false);
}

// Clients in the backlog believe that they are connected: closing the socket would reset them, so they are taken first.
void IoThread::CloseSource(ListenerSource& source) {
  for (int round = 0; round < kDrainRounds && AcceptFrom(source);) ++round;
  loop_.Remove(source.fd(), &source);
}

void IoThread::CloseListener(const Listening& listening) {
  const auto is_it = [&listening](const auto& source) { return &source->listening() == &listening; };
  for (auto& source : listeners_) {
    if (is_it(source)) CloseSource(*source);
  }
  std::erase_if(listeners_, is_it);
}

}  // namespace fastserve::server
