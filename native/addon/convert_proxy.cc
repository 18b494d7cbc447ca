#include "native/addon/convert_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <string>

#include "native/addon/convert.h"
#include "native/addon/option_values.h"

namespace fastserve::addon {

namespace {

std::vector<std::string> TextsFrom(const Napi::Object& from, const char* key) {
  std::vector<std::string> texts;
  ForEach(Child(from, key), [&](const Napi::Value& value) { texts.push_back(value.As<Napi::String>().Utf8Value()); });
  return texts;
}

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

proxy::UpstreamSpec UpstreamFrom(const Napi::Object& from) {
  proxy::UpstreamSpec upstream;
  upstream.name = Text(from, "name");
  ForEach(Child(from, "servers"),
          [&](const Napi::Value& value) { upstream.servers.push_back(ServerFrom(value.As<Napi::Object>())); });
  if (upstream.servers.empty()) Refuse(from.Env(), "servers must not be empty");
  upstream.keep_alive = Whole<uint32_t>(from, "keepAlive", 1e6);
  upstream.tries = Whole<uint32_t>(from, "tries", 1e6);
  const Napi::Object timeouts = Child(from, "timeouts");
  upstream.timeouts.connect_ms = Whole<int64_t>(timeouts, "connect", 1e12);
  upstream.timeouts.first_byte_ms = Whole<int64_t>(timeouts, "firstByte", 1e12);
  upstream.timeouts.idle_ms = Whole<int64_t>(timeouts, "idle", 1e12);
  upstream.timeouts.send_ms = Whole<int64_t>(timeouts, "send", 1e12);
  upstream.timeouts.total_ms = Whole<int64_t>(timeouts, "total", 1e12);
  upstream.timeouts.tunnel_ms = Whole<int64_t>(timeouts, "tunnel", 1e12);
  upstream.timeouts.keep_alive_ms = Whole<int64_t>(timeouts, "keepAlive", 1e12);
  if (const Napi::Value tls = from.Get("tls"); tls.IsObject()) {
    upstream.tls = ClientTlsFrom(tls.As<Napi::Object>(), upstream.name);
  }
  return upstream;
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
  rule.methods = MethodsFrom(from.Get("methods"));
  rule.hide = TextsFrom(from, "hide");
  rule.set_lines = Text(from, "setLines");
  rule.set_names = TextsFrom(from, "setNames");
  rule.upgrades = TextsFrom(from, "upgrade");
  return rule;
}

}  // namespace

void ProxyingFrom(const Napi::Object& from, server::ServerOptions* options) {
  ForEach(Child(from, "upstreams"),
          [&](const Napi::Value& value) { options->upstreams.push_back(UpstreamFrom(value.As<Napi::Object>())); });
  ForEach(Child(from, "proxy"), [&](const Napi::Value& value) {
    options->proxy.push_back(RuleFrom(value.As<Napi::Object>(), options->upstreams.size()));
  });
}

}  // namespace fastserve::addon
