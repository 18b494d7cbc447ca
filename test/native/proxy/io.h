// An I/O thread's services for tests, turned by hand, and a server that a test speaks for.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/proxy/io_services.h"
#include "native/proxy/upstream_connection.h"

namespace fastserve::proxy {

// Reached only when something was lost.
constexpr int kPatienceMs = 20000;

class HandTurnedIo final : public IoServices {
 public:
  ~HandTurnedIo() { BuryAll(); }

  // As IoThread::Run: what goes on, events, timers, then requests are sent.
  void Turn() {
    std::vector<Resumable*> ready;
    ready.swap(ready_);
    for (Resumable* each : ready) {
      each->in_ready = false;
      each->Resume();
    }
    loop_.Poll(1);
    wheel_.Advance(now_ms(), [](net::Timer* timer) { static_cast<Timed*>(timer->owner)->OnTimer(); });
    for (size_t i = 0; i < unsent_.size(); ++i) {
      if (unsent_[i] == nullptr) continue;
      unsent_[i]->in_unsent = false;
      unsent_[i]->Flush();
    }
    unsent_.clear();
    BuryAll();
  }
  // Turns until `reached`. False: it never was.
  template <typename Reached>
  bool TurnUntil(Reached&& reached) {
    const int64_t end_ms = now_ms() + kPatienceMs;
    while (!reached() && now_ms() < end_ms) Turn();
    return reached();
  }

  net::EventLoop& loop() override { return loop_; }
  net::TimerWheel& wheel() override { return wheel_; }
  net::BlockPool& pool() override { return pool_; }
  int64_t now_ms() override { return base::MonotonicMs(); }
  int64_t now_ns() override { return base::MonotonicNs(); }
  char* scratch() override { return scratch_.data(); }
  tls::Scratch& tls_scratch() override { return tls_scratch_; }
  void AddReady(Resumable* source) override {
    if (!std::exchange(source->in_ready, true)) ready_.push_back(source);
  }
  void RemoveReady(Resumable* source) override {
    source->in_ready = false;
    std::erase(ready_, source);
  }
  void SendLater(UpstreamConnection* connection) override {
    if (!std::exchange(connection->in_unsent, true)) unsent_.push_back(connection);
  }
  void Bury(UpstreamConnection* connection) override {
    std::ranges::replace(unsent_, connection, nullptr);
    graveyard_.push_back(connection);
  }

 private:
  void BuryAll() {
    for (size_t i = 0; i < graveyard_.size(); ++i) delete graveyard_[i];
    graveyard_.clear();
  }

  net::EventLoop loop_;
  net::TimerWheel wheel_{base::MonotonicMs()};
  net::BlockPool pool_;
  std::array<char, kScratchBytes> scratch_;
  tls::Scratch tls_scratch_;
  std::vector<Resumable*> ready_;
  std::vector<UpstreamConnection*> unsent_, graveyard_;
};

// A listener on a free loopback port.
class Listening {
 public:
  Listening() {
    fd_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    FASTSERVE_CHECK(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address_), size) == 0 && ::listen(fd_.get(), 128) == 0 &&
                        ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address_), &size) == 0,
                    "a free loopback port");
  }
  int fd() const { return fd_.get(); }
  ServerSpec spec(uint32_t id) const {
    ServerSpec spec;
    spec.id = id;
    spec.label = spec.authority = "upstream.test";
    std::memcpy(&spec.address, &address_, sizeof address_);
    spec.address_length = sizeof address_;
    return spec;
  }
  // Whether somebody has connected who was not accepted yet.
  bool has_caller() const {
    pollfd watched{fd_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
  }
  base::UniqueFd Accept() const { return base::UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }

 private:
  base::UniqueFd fd_;
  sockaddr_in address_{};
};

}  // namespace fastserve::proxy
