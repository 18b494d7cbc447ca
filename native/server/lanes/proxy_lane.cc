#include "native/server/lanes/proxy_lane.h"

#include <algorithm>

#include "native/balance/group.h"
#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/base/hash.h"
#include "native/http/fields/client_timeout.h"
#include "native/observe/trace_context.h"
#include "native/proxy/request_writer.h"
#include "native/server/connection/announced_client.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/exchange.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/proxied_exchange.h"

namespace fastserve::server {

namespace {

// What one answer that is stored may have waiting in memory for a slow client.
constexpr uint64_t kMostWindowBytes = 4u << 20;

}  // namespace

ProxyLane::ProxyLane(IoThread& io, const std::vector<UpstreamOptions>& upstreams,
                     const std::vector<proxy::RuleSpec>& rules, const ProxyCaches& caches, bool checks)
    : io_(io), rules_(rules), caches_(caches) {
  for (const UpstreamOptions& each : upstreams) {
    const uint64_t seed = base::HashBytes(each.spec.name, static_cast<uint64_t>(base::MonotonicNs()));
    upstreams_.push_back(
        {&each, balance::MakeBalancer(each.group, seed, [&io](std::function<void()> task) { io.Post(std::move(task)); }), std::make_unique<proxy::UpstreamPool>(*this, each.spec, each.idle.get())});
    if (!checks || !each.check.has_value()) continue;
    checkers_.push_back(std::make_unique<checks::HealthChecker>(*this, each.spec, each.group, *each.check, base::MonotonicMs()));
  }
}

ProxyLane::~ProxyLane() {
  checkers_.clear();
  upstreams_.clear();
  EmptyGraveyard();
}

const ProxyLane::Upstream* ProxyLane::Find(std::string_view name) const {
  const auto found = std::ranges::find_if(upstreams_, [name](const Upstream& each) { return each.options->spec.name == name; });
  return found == upstreams_.end() ? nullptr : &*found;
}

void ProxyLane::Start(Exchange* exchange, const ProxiedRequest& request) {
  Upstream& upstream = upstreams_[request.rule->upstream];
  exchange->proxied = proxied_.Make(io_, exchange, *this, *upstream.pool, *upstream.balancer, *request.rule);
  proxy::Relay& relay = exchange->proxied->relay();
  io_.counters().requests_proxied.Add();
  exchange->answered_by = AnsweredBy::kProxy;
  proxy::OutgoingRequest& outgoing = relay.request();
  TakeHeadBuffer(&outgoing);
  SetOutgoing(exchange, request, *upstream.options, &outgoing);
  if (exchange->stages != nullptr) {
    outgoing.head.append(exchange->stages->conditions);
    outgoing.window_bytes = std::clamp<uint64_t>(exchange->stages->stored_bytes, outgoing.window_bytes, kMostWindowBytes);
  }
  exchange->awaits_upgrade = !outgoing.upgrade.empty();
  relay.Start();
}

void ProxyLane::TakeHeadBuffer(proxy::OutgoingRequest* outgoing) {
  if (spare_heads_.empty()) return;
  outgoing->head = std::move(spare_heads_.back());
  spare_heads_.pop_back();
}

void ProxyLane::KeepHeadBuffer(proxy::OutgoingRequest* outgoing) {
  if (spare_heads_.size() >= kSpareExchanges || outgoing->head.capacity() > kKeptHeadBytes) return;
  outgoing->head.clear();
  spare_heads_.push_back(std::move(outgoing->head));
}

void ProxyLane::SetOutgoing(Exchange* exchange, const ProxiedRequest& request, const UpstreamOptions& options,
                            proxy::OutgoingRequest* to) {
  const proxy::UpstreamSpec& upstream = options.spec;
  const http::RequestHead& head = *request.head;
  const proxy::RuleSpec& rule = *request.rule;
  proxy::OutgoingRequest& outgoing = *to;
  outgoing.noted = exchange->log != nullptr;
  if (outgoing.noted) exchange->log->upstream_name = upstream.name;
  outgoing.method = head.method;
  outgoing.has_content = request.has_content;
  if (upstream.proxy_version != net::ProxyVersion::kNone) [[unlikely]] {
    outgoing.announced = AnnouncedClient(io_, *exchange->connection, *request.origin, rule, upstream.proxy_version);
  }
  outgoing.content_length = head.framing == http::BodyFraming::kLength ? static_cast<int64_t>(head.content_length) : -1;
  outgoing.announces_empty = head.framing == http::BodyFraming::kLength && head.content_length == 0;
  outgoing.public_scheme = request.origin->tls ? "https" : "http";
  outgoing.public_host = request.head_bytes.substr(head.authority_offset, head.authority_length);
  std::string_view host = outgoing.public_host;
  if (rule.host_policy == proxy::HostPolicy::kFixed) host = rule.host_value;
  if (rule.host_policy == proxy::HostPolicy::kUpstream || host.empty()) host = upstream.authority;
  const std::string_view upgrade =
      request.may_upgrade ? proxy::WantedUpgrade(head, request.head_bytes, rule) : std::string_view{};
  outgoing.upgrade = upgrade;

  std::string& text = outgoing.head;
  text.reserve(request.head_bytes.size() + 256);
  text.append(request.head_bytes.substr(0, head.method_length + 1));  // with its space
  proxy::AppendTarget(head, request.head_bytes, request.path, rule.strip_prefix ? rule.prefix.size() - 1 : 0, &text);
  base::AppendAll(&text, " HTTP/1.1\r\n");
  const bool disguised = rule.client != base::ClientShown::kFull;
  proxy::ClientFacts facts{io_.Shown(request.origin->peer, rule.client), request.peer, request.origin->trusted,
                                 request.origin->tls, disguised};
  const std::string trace_parent = exchange->trace == nullptr ? std::string() : TraceParentFor(exchange, &facts.continues_trace);
  facts.trace_parent = trace_parent;
  facts.renews_timeouts = io_.options().timeouts.believes_client(request.origin->trusted);
  outgoing.deadline_ms = exchange->client_deadline_ms;
  outgoing.timeout_fields = http::WithoutTimeouts(exchange->timeout_fields, rule.set_names);
  proxy::AppendRequestFields(head, request.head_bytes, rule, facts, host, upgrade, &text);
  if (upstream.keep_alive == 0 && upgrade.empty()) text.append("Connection: close\r\n");
  if (upstream.speaks_uwsgi) {
    outgoing.path = request.path.substr(rule.strip_prefix ? rule.prefix.size() - 1 : 0);
    if (facts.client.family != 0) proxy::AppendAddress(facts.client, &outgoing.remote_addr);
  }
  SetBalancing(request, options, &outgoing);
}

// A traceparent for a request that is traced (W3C Trace Context 3.2.2, 4.3): the client's trace, or a new one, and this server
// as the parent of what the upstream does. A new trace is noted in the request's own.
std::string ProxyLane::TraceParentFor(Exchange* exchange, bool* continues) {
  std::string& known = exchange->trace->trace_parent;
  *continues = !known.empty();
  std::string parent = "00-";
  if (*continues) {
    parent.append(observe::TraceIdOf(known));
  } else {
    parent.append(io_.NewRequestId()).append(io_.NewRequestId());
  }
  parent.append("-").append(io_.NewRequestId()).append("-01");
  if (!*continues) known = parent;
  return parent;
}

// Which server suits the request: the key it is balanced by, the server that its client had.
void ProxyLane::SetBalancing(const ProxiedRequest& request, const UpstreamOptions& options, proxy::OutgoingRequest* outgoing) {
  if (options.key == nullptr && options.sticky == nullptr) return;
  variables::RequestFacts facts;
  facts.head = request.head;
  facts.head_bytes = request.head_bytes;
  facts.path = request.path;
  facts.client = queue::ToIpAddress(request.origin->peer);
  facts.tls = request.origin->tls;
  if (options.sticky != nullptr) options.sticky->Expand(facts, &outgoing->sticky_id);
  if (options.key == nullptr) return;
  key_.clear();
  options.key->Expand(facts, &key_);
  // 0 stands for no key.
  outgoing->hash = key_.empty() ? 0 : base::HashBytes(key_, 0) | 1;
}

void ProxyLane::Retire(Exchange* exchange) {
  ProxiedExchange* proxied = exchange->proxied;
  if (proxied == nullptr) return;
  proxied->Detach();
  exchange->proxied = nullptr;
  retired_.push_back(proxied);
}

void ProxyLane::ResumeReady() {
  if (ready_.empty()) return;
  serving_.swap(ready_);
  for (size_t i = 0; i < serving_.size(); ++i) {
    if (serving_[i] == nullptr) continue;
    serving_[i]->in_ready = false;
    serving_[i]->Resume();
  }
  serving_.clear();
}

void ProxyLane::SendRequests() {
  for (size_t i = 0; i < unsent_.size(); ++i) {
    if (unsent_[i] == nullptr) continue;
    unsent_[i]->in_unsent = false;
    unsent_[i]->Flush();
  }
  unsent_.clear();
}

void ProxyLane::EmptyGraveyard() {
  for (size_t i = 0; i < retired_.size(); ++i) {
    KeepHeadBuffer(&retired_[i]->relay().request());
    proxied_.Drop(retired_[i]);
  }
  retired_.clear();
  for (size_t i = 0; i < graveyard_.size(); ++i) delete graveyard_[i];
  graveyard_.clear();
}

net::EventLoop& ProxyLane::loop() { return io_.loop(); }
net::TimerWheel& ProxyLane::wheel() { return io_.wheel(); }
net::BlockPool& ProxyLane::pool() { return io_.pool(); }
int64_t ProxyLane::now_ms() { return io_.now_ms(); }
int64_t ProxyLane::now_ns() { return io_.now_ns(); }
char* ProxyLane::scratch() { return io_.scratch(); }
tls::Scratch& ProxyLane::tls_scratch() {
  if (tls_scratch_ == nullptr) tls_scratch_ = std::make_unique<tls::Scratch>();
  return *tls_scratch_;
}

void ProxyLane::AddReady(proxy::Resumable* source) {
  if (source->in_ready) return;
  source->in_ready = true;
  ready_.push_back(source);
}

void ProxyLane::RemoveReady(proxy::Resumable* source) {
  std::ranges::replace(serving_, source, nullptr);
  if (!source->in_ready) return;
  source->in_ready = false;
  std::erase(ready_, source);
}

void ProxyLane::SendLater(proxy::UpstreamConnection* connection) {
  if (connection->in_unsent) return;
  connection->in_unsent = true;
  unsent_.push_back(connection);
}

void ProxyLane::Bury(proxy::UpstreamConnection* connection) {
  if (connection->in_unsent) std::ranges::replace(unsent_, connection, nullptr);
  graveyard_.push_back(connection);
}

}  // namespace fastserve::server
