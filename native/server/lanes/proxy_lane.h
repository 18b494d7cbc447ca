// Proxied requests of one I/O thread: the upstreams with their pools and balancers, and what native/proxy borrows.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "native/base/recycler.h"
#include "native/checks/health_checker.h"
#include "native/proxy/io_services.h"
#include "native/proxy/relay.h"
#include "native/proxy/upstream.h"
#include "native/proxy/upstream_pool.h"
#include "native/server/caching/proxy_cache.h"
#include "native/server/connection/origin.h"
#include "native/server/options.h"

namespace fastserve::server {

class Connection;
class IoThread;
class ProxiedExchange;
struct Exchange;

// A routed request. Views live during the call.
struct ProxiedRequest {
  const http::RequestHead* head;
  std::string_view head_bytes;
  std::string_view path;        // decoded and in normal form: what the rule was found by
  const proxy::RuleSpec* rule;
  const Origin* origin;
  base::IpAddress peer;         // of the connection
  bool has_content;
  bool may_upgrade;             // no other request is under way on its connection
};

class ProxyLane final : public proxy::IoServices {
 public:
  // All outlive it: a reload of the configuration changes none of them. `checks`: this thread makes the active checks of servers.
  ProxyLane(IoThread& io, const std::vector<UpstreamOptions>& upstreams, const std::vector<proxy::RuleSpec>& rules,
            const ProxyCaches& caches, bool checks);
  ~ProxyLane();

  // Each upstream's part of this thread.
  struct Upstream {
    const UpstreamOptions* options;
    std::unique_ptr<proxy::Balancer> balancer;
    std::unique_ptr<proxy::UpstreamPool> pool;
  };

  // By mount_id of the proxied prefixes.
  const std::vector<proxy::RuleSpec>& rules() const { return rules_; }
  // The upstream of this name, nullptr for none.
  const Upstream* Find(std::string_view name) const;
  // How the answers of a rule are stored; null: they are not.
  const std::shared_ptr<const ProxyCache>* CacheOf(size_t rule) const {
    return caches_[rule] == nullptr ? nullptr : &caches_[rule];
  }
  // Takes the exchange: it is answered through its connection, at once or later.
  void Start(Exchange* exchange, const ProxiedRequest& request);
  // The exchange is answered, or its client has left: its relay ends.
  void Retire(Exchange* exchange);

  // ---- the turn ----
  void ResumeReady();
  bool has_ready() const { return !ready_.empty() || !unsent_.empty(); }
  void SendRequests();
  void EmptyGraveyard();

  // ---- proxy::IoServices ----
  net::EventLoop& loop() override;
  net::TimerWheel& wheel() override;
  net::BlockPool& pool() override;
  int64_t now_ms() override;
  int64_t now_ns() override;
  char* scratch() override;
  tls::Scratch& tls_scratch() override;
  void AddReady(proxy::Resumable* source) override;
  void RemoveReady(proxy::Resumable* source) override;
  void SendLater(proxy::UpstreamConnection* connection) override;
  void Bury(proxy::UpstreamConnection* connection) override;

 private:
  static constexpr size_t kSpareExchanges = 256;  // under a kilobyte each
  static constexpr size_t kKeptHeadBytes = 1024;   // a spare head is no larger

  void TakeHeadBuffer(proxy::OutgoingRequest* outgoing);
  void KeepHeadBuffer(proxy::OutgoingRequest* outgoing);
  void SetOutgoing(Exchange* exchange, const ProxiedRequest& request, const UpstreamOptions& options, proxy::OutgoingRequest* to);
  std::string TraceParentFor(Exchange* exchange, bool* continues);
  void SetBalancing(const ProxiedRequest& request, const UpstreamOptions& options, proxy::OutgoingRequest* outgoing);

  IoThread& io_;
  const std::vector<proxy::RuleSpec>& rules_;
  const ProxyCaches& caches_;
  std::vector<Upstream> upstreams_;
  std::vector<std::unique_ptr<checks::HealthChecker>> checkers_;
  std::string key_;  // of one request
  std::vector<proxy::Resumable*> ready_, serving_;
  std::vector<proxy::UpstreamConnection*> unsent_;
  base::Recycler<ProxiedExchange> proxied_{kSpareExchanges};
  std::vector<ProxiedExchange*> retired_;
  std::vector<std::string> spare_heads_;  // memory for the next ones
  std::vector<proxy::UpstreamConnection*> graveyard_;
  // Not the one of clients: their plaintext may be passed on from there.
  std::unique_ptr<tls::Scratch> tls_scratch_;
};

}  // namespace fastserve::server
