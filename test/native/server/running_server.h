// A server on a free loopback port for tests: every request that no mount answers goes to a worker slot.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "native/base/check.h"
#include "native/server/server.h"
#include "test/native/server/client.h"

namespace fastserve::server {

class RunningServer {
 public:
  explicit RunningServer(ServerOptions options = {}, std::vector<files::Mount> mounts = {}) {
    options.listen = {{}};
    options.listen.front().address.host = "127.0.0.1";
    for (size_t i = 0; i < mounts.size(); ++i) {
      if (!mounts[i].internal) mounts_.push_back({mounts[i].prefix, static_cast<uint16_t>(i)});
    }
    for (size_t i = 0; i < options.proxy.size(); ++i) proxied_.push_back({options.proxy[i].prefix, static_cast<uint16_t>(i)});
    options.proxy_caches.resize(options.proxy.size());
    has_application_ = options.slots > 0;
    server_ = Server::Create(options, std::move(mounts));
    std::vector<uint8_t*> shared;
    for (size_t i = 0; i < size_t{options.io_threads} * options.slots; ++i) {
      memory_.emplace_back(static_cast<uint8_t*>(std::aligned_alloc(64, queue::kSharedBytes)), &std::free);
      std::memset(memory_.back().get(), 0, queue::kSharedBytes);
      shared.push_back(memory_.back().get());
    }
    server_->SetSharedMemory(shared);
    ListenError error;
    FASTSERVE_CHECK(server_->Listen(&error), "a free loopback port");
    Publish(1);
    std::string refusal;
    FASTSERVE_CHECK(server_->Start(&refusal), "the server starts");
  }
  ~RunningServer() {
    if (!stopping_) RequestStop(0);
    server_->Join();
  }

  Server& operator*() { return *server_; }
  // Puts this generation in use, with these routes (in their order, the place is the route id) or without a URLconf.
  // Returns its table. `since`: workers of the generations from that one on serve too.
  std::shared_ptr<const route::Table> Publish(uint32_t generation, const std::vector<std::string>& patterns = {}, uint32_t since = 0) {
    route::Specification specification;
    specification.mounts = mounts_;
    specification.proxied = proxied_;
    for (size_t i = 0; i < patterns.size(); ++i) {
      specification.routes.push_back({.pattern = patterns[i], .route_id = static_cast<uint16_t>(i)});
    }
    auto snapshot = std::make_unique<Snapshot>();
    snapshot->generation = generation;
    snapshot->since_generation = since;
    snapshot->table = std::get<0>(route::Compile(specification));
    snapshot->has_application = has_application_;
    snapshot->has_urlconf = !patterns.empty();
    std::shared_ptr<const route::Table> table = snapshot->table;
    server_->Publish(std::move(snapshot));
    return table;
  }
  uint16_t port() const { return server_->addresses()[0].port; }
  void RequestStop(int64_t grace_ms) {
    stopping_ = true;
    server_->RequestStop(grace_ms, [this] {
      std::lock_guard<std::mutex> lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    });
  }
  // True once every I/O thread has ended.
  bool AwaitStop() {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(kNeverMs), [this] { return ended_; });
  }
  // Counters are written a moment after what they count: yields until `reached` holds. False: it never did.
  bool AwaitTotals(const std::function<bool(const Totals&)>& reached) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kNeverMs);
    while (!reached(server_->ReadTotals())) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

 private:
  std::vector<std::unique_ptr<uint8_t, decltype(&std::free)>> memory_;
  std::vector<route::MountSpec> mounts_, proxied_;
  bool has_application_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  bool stopping_ = false;
  std::shared_ptr<Server> server_;
};

}  // namespace fastserve::server
