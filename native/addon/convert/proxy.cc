#include "native/addon/convert/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>

#include "native/addon/convert/checks.h"
#include "native/addon/convert/proxy_cache.h"
#include "native/addon/convert/routes.h"
#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

// Of a literal IP or a socket's path; both were checked.
void SetAddress(const Napi::Object& from, proxy::ServerSpec* server) {
  const std::string path = Text(from, "unix");
  if (!path.empty()) {
    auto* address = reinterpret_cast<sockaddr_un*>(&server->address);
    if (path.size() >= sizeof address->sun_path) Refuse(from.Env(), "unix is too long");
    address->sun_family = AF_UNIX;
    std::memcpy(address->sun_path, path.c_str(), path.size() + 1);
    server->address_length = sizeof *address;
    return;
  }
  const std::string host = Text(from, "host");
  const auto port = Whole<uint16_t>(from, "port", 65535);
  auto* ipv4 = reinterpret_cast<sockaddr_in*>(&server->address);
  auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&server->address);
  if (::inet_pton(AF_INET, host.c_str(), &ipv4->sin_addr) == 1) {
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(port);
    server->address_length = sizeof *ipv4;
  } else if (::inet_pton(AF_INET6, host.c_str(), &ipv6->sin6_addr) == 1) {
    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = htons(port);
    server->address_length = sizeof *ipv6;
  } else {
    Refuse(from.Env(), "host must be a literal IP address");
  }
}

proxy::ServerSpec ServerFrom(const Napi::Object& from) {
  static std::atomic<uint32_t> next_id{1};
  proxy::ServerSpec server;
  server.id = next_id.fetch_add(1);
  server.label = Text(from, "label");
  server.authority = Text(from, "authority");
  server.sticky_id = Text(from, "stickyId");
  server.tls = Flag(from, "tls");
  server.protocol = Text(from, "protocol") == "uwsgi" ? proxy::Protocol::kUwsgi : proxy::Protocol::kHttp;
  SetAddress(from, &server);
  return server;
}

std::shared_ptr<const tls::ClientContext> ClientTlsFrom(const Napi::Object& from, const std::string& upstream) {
  tls::ClientOptions options;
  options.ca_pem = Text(from, "ca");
  options.chain_pem = Text(from, "cert");
  options.key_pem = Text(from, "key");
  options.name = Text(from, "name");
  options.verify = Flag(from, "verify");
  std::string error;
  auto context = tls::ClientContext::Create(options, &error);
  if (context != nullptr) return context;
  Napi::Error refused = Napi::Error::New(from.Env(), error);
  refused.Set("code", "FASTSERVE_UPSTREAM_TLS");
  refused.Set("upstream", upstream);
  throw refused;
}

balance::ServerSettings ServerSettingsFrom(const Napi::Object& from) {
  balance::ServerSettings settings;
  settings.weight = Whole<uint32_t>(from, "weight", 1000);
  if (settings.weight == 0) Refuse(from.Env(), "weight must not be 0");
  settings.backup = Flag(from, "backup");
  settings.down = Flag(from, "down");
  settings.draining = Flag(from, "draining");
  settings.max_connections = Whole<uint32_t>(from, "maxConnections", 1e6);
  settings.slow_start_ms = Whole<int64_t>(from, "slowStart", kMostMs);
  return settings;
}

constexpr std::pair<std::string_view, balance::Method> kMethods[] = {
    {"roundRobin", balance::Method::kRoundRobin}, {"leastConnections", balance::Method::kLeastConnections},
    {"randomTwo", balance::Method::kRandomTwo},   {"latency", balance::Method::kLatency},
    {"hash", balance::Method::kHash},
};

balance::GroupSettings GroupSettingsFrom(const Napi::Object& from) {
  balance::GroupSettings settings;
  const std::string method = Text(from, "balance");
  const auto found = std::ranges::find(kMethods, method, &std::pair<std::string_view, balance::Method>::first);
  if (found == std::end(kMethods)) Refuse(from.Env(), "balance names no method");
  settings.method = found->second;
  settings.queue = Whole<uint32_t>(from, "queue", 1e6);
  const Napi::Object health = Child(from, "health");
  settings.health.max_failures = Whole<uint32_t>(health, "failures", 1e6);
  settings.health.window_ms = Whole<int64_t>(health, "window", kMostMs);
  settings.health.spare_ms = Whole<int64_t>(health, "spare", kMostMs);
  settings.health.max_spare_ms = Whole<int64_t>(health, "maxSpare", kMostMs);
  settings.health.slow_ms = Whole<int64_t>(health, "slow", kMostMs);
  ForEach(Child(health, "statuses"), [&](const Napi::Value& status) {
    settings.health.failure_statuses.push_back(static_cast<uint16_t>(status.As<Napi::Number>().Uint32Value()));
  });
  const Napi::Object retries = Child(from, "retries");
  settings.retry.tries = Whole<uint32_t>(retries, "tries", 1e6);
  settings.retry.budget = Get(retries, "budget").As<Napi::Number>().DoubleValue();
  settings.retry.floor_per_second = Whole<uint32_t>(retries, "floor", 1e6);
  return settings;
}

std::shared_ptr<const variables::Template> TemplateFrom(const Napi::Object& from, const char* key) {
  const std::string text = Text(from, key);
  if (text.empty()) return nullptr;
  auto compiled = std::make_shared<variables::Template>();
  variables::TemplateError error;
  if (!variables::Template::Compile(text, compiled.get(), &error)) Refuse(from.Env(), error.message);
  return compiled;
}

server::UpstreamOptions UpstreamFrom(const Napi::Object& from) {
  server::UpstreamOptions options;
  proxy::UpstreamSpec& upstream = options.spec;
  upstream.name = Text(from, "name");
  options.group = std::make_shared<balance::Group>(upstream.name, GroupSettingsFrom(from), ServersFrom(Child(from, "servers")));
  if (const Napi::Value check = from.Get("check"); check.IsObject()) options.check = CheckSettingsFrom(check.As<Napi::Object>());
  options.key = TemplateFrom(from, "key");
  upstream.authority = Text(from, "authority");
  upstream.speaks_uwsgi = Flag(from, "uwsgi");
  upstream.sticky_cookie = Text(from, "sticky");
  if (!upstream.sticky_cookie.empty()) {
    auto sticky = std::make_shared<variables::Template>();
    variables::TemplateError error;
    if (!variables::Template::Compile("${cookie_" + upstream.sticky_cookie + "}", sticky.get(), &error)) {
      Refuse(from.Env(), error.message);
    }
    options.sticky = std::move(sticky);
  }
  upstream.proxy_version = static_cast<net::ProxyVersion>(Whole<uint8_t>(from, "proxyProtocol", 2));
  upstream.keep_alive = Whole<uint32_t>(from, "keepAlive", 1e6);
  const Napi::Object timeouts = Child(from, "timeouts");
  upstream.timeouts.connect_ms = Whole<int64_t>(timeouts, "connect", kMostMs);
  upstream.timeouts.first_byte_ms = Whole<int64_t>(timeouts, "firstByte", kMostMs);
  upstream.timeouts.idle_ms = Whole<int64_t>(timeouts, "idle", kMostMs);
  upstream.timeouts.send_ms = Whole<int64_t>(timeouts, "send", kMostMs);
  upstream.timeouts.total_ms = Whole<int64_t>(timeouts, "total", kMostMs);
  upstream.timeouts.tunnel_ms = Whole<int64_t>(timeouts, "tunnel", kMostMs);
  upstream.timeouts.keep_alive_ms = Whole<int64_t>(timeouts, "keepAlive", kMostMs);
  upstream.timeouts.queue_ms = Whole<int64_t>(timeouts, "queue", kMostMs);
  if (const Napi::Value tls = from.Get("tls"); tls.IsObject()) {
    upstream.tls = ClientTlsFrom(tls.As<Napi::Object>(), upstream.name);
  }
  return options;
}

proxy::RuleSpec RuleFrom(const Napi::Object& from, size_t upstream_count) {
  proxy::RuleSpec rule;
  rule.prefix = Text(from, "prefix");
  rule.host = Text(from, "host");
  rule.upstream = Whole<uint32_t>(from, "upstream", 1e6);
  if (rule.upstream >= upstream_count) Refuse(from.Env(), "upstream is no index of upstreams");
  rule.strip_prefix = Flag(from, "stripPrefix");
  rule.buffer = Flag(from, "buffer");
  rule.buffer_request = Flag(from, "requestBuffer");
  rule.rewrite = Flag(from, "rewrite");
  const std::string host = Text(from, "sendHost");
  if (host == "upstream") {
    rule.host_policy = proxy::HostPolicy::kUpstream;
  } else if (host != "client") {
    rule.host_policy = proxy::HostPolicy::kFixed;
    rule.host_value = host;
  }
  static constexpr const char* kForms[] = {"both", "x-forwarded", "standard", "none"};
  rule.forwarded = static_cast<proxy::ForwardedForm>(Word(from, "forwarded", kForms));
  rule.client = Shown(from, "client");
  rule.via = Flag(from, "via");
  rule.methods = MethodsFrom(from.Get("methods"));
  rule.withheld = FieldFilterFrom(from);
  rule.set_lines = Text(from, "setLines");
  rule.set_names = Texts(from, "setNames");
  rule.upgrades = Texts(from, "upgrade");
  rule.stores = from.Get("cache").IsObject();
  return rule;
}

}  // namespace

http::FieldFilter FieldFilterFrom(const Napi::Object& rule) {
  std::optional<std::vector<std::string>> pass;
  if (!rule.Get("pass").IsNull()) pass = Texts(rule, "pass");
  return {Texts(rule, "hide"), std::move(pass)};
}

balance::ServerList ServersFrom(const Napi::Object& from) {
  balance::ServerList servers;
  ForEach(from, [&](const Napi::Value& value) {
    const Napi::Object server = value.As<Napi::Object>();
    servers.push_back(std::make_shared<balance::Server>(ServerFrom(server), ServerSettingsFrom(server)));
  });
  return servers;
}

void ProxyingFrom(const Napi::Object& from, server::ServerOptions* options) {
  ForEach(Child(from, "upstreams"), [&](const Napi::Value& value) {
    server::UpstreamOptions& upstream = options->upstreams.emplace_back(UpstreamFrom(value.As<Napi::Object>()));
    if (options->io_threads == 1) return;
    upstream.idle = std::make_shared<proxy::SharedIdle>(upstream.spec.keep_alive, options->io_threads);
  });
  ForEach(Child(from, "proxy"), [&](const Napi::Value& value) {
    const Napi::Object rule = value.As<Napi::Object>();
    options->proxy_caches.push_back(ProxyCacheFrom(rule, options->proxy.size(), options->cache_reports));
    options->proxy.push_back(RuleFrom(rule, options->upstreams.size()));
  });
}

}  // namespace fastserve::addon
