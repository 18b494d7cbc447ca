#include "native/addon/convert.h"

#include <map>
#include <memory>
#include <string>

#include "native/addon/convert_error_pages.h"
#include "native/addon/convert_gate.h"
#include "native/addon/convert_log.h"
#include "native/addon/convert_pools.h"
#include "native/addon/convert_proxy.h"
#include "native/addon/option_values.h"
#include "native/base/clock.h"
#include "native/compress/encoder.h"

namespace fastserve::addon {

namespace {

net::ListenAddress AddressFrom(const Napi::Object& from) {
  net::ListenAddress address;
  if (Get(from, "fd").IsNumber()) {
    address.descriptor = Whole<int>(from, "fd", 2147483647);
    address.proxy_protocol = Flag(from, "proxyProtocol");
    return address;
  }
  if (from.Has("unix") && Get(from, "unix").IsString()) {
    address.unix_path = Text(from, "unix");
    address.proxy_protocol = Flag(from, "proxyProtocol");
    return address;
  }
  address.host = Text(from, "host");
  address.port = Whole<uint16_t>(from, "port", 65535);
  address.proxy_protocol = Flag(from, "proxyProtocol");
  return address;
}

// `period`: seconds.
auth::DisguiseSettings DisguiseFrom(const Napi::Object& from) {
  auth::DisguiseSettings settings;
  settings.secret = auth::KeyedHash()("clients");
  settings.period_s = Whole<int64_t>(from, "period", 1e9);
  settings.started_s = base::WallSeconds();
  if (settings.period_s == 0) Refuse(from.Env(), "period must be at least 1");
  return settings;
}

}  // namespace

route::MethodSet MethodsFrom(const Napi::Value& methods) {
  if (methods.IsNull() || methods.IsUndefined()) return route::kAnyMethod;
  route::MethodSet set = 0;
  ForEach(methods.As<Napi::Object>(), [&](const Napi::Value& value) {
    const std::string name = value.As<Napi::String>().Utf8Value();
    const http::Method method = MethodNamed(name);
    if (method == http::Method::kOther) Refuse(methods.Env(), "unknown method '" + name + "'");
    set |= route::Bit(method);
  });
  if (set & route::Bit(http::Method::kGet)) set |= route::Bit(http::Method::kHead);
  return set;
}

namespace {

constexpr http::Coding kCodings[] = {http::Coding::kBrotli, http::Coding::kZstd, http::Coding::kGzip};

http::Coding CodingFrom(const Napi::Value& value) {
  const std::string name = value.As<Napi::String>().Utf8Value();
  for (const http::Coding coding : kCodings) {
    if (name == http::CodingName(coding)) return coding;
  }
  Refuse(value.Env(), "unknown coding '" + name + "'");
}

compress::Policy PolicyFrom(const Napi::Object& from) {
  compress::Policy policy;
  ForEach(Child(from, "codings"), [&](const Napi::Value& name) { policy.codings.push_back(CodingFrom(name)); });
  ForEach(Child(from, "types"), [&](const Napi::Value& type) {
    policy.types.push_back(type.As<Napi::String>().Utf8Value());
  });
  policy.min_bytes = Whole<uint64_t>(from, "minBytes", 1u << 30);
  policy.max_bytes = Whole<uint64_t>(from, "maxBytes", 1u << 30);
  policy.cache_bytes = Whole<size_t>(from, "cacheBytes", 9007199254740991.0);
  const Napi::Object levels = Child(from, "levels");
  for (const http::Coding coding : kCodings) {
    const std::string name(http::CodingName(coding));
    policy.levels[static_cast<size_t>(coding)] = Whole<int>(levels, name.c_str(), compress::LevelsOf(coding).highest);
  }
  return policy;
}

// What the process can encode of what is wanted; null: nothing.
std::shared_ptr<const compress::DynamicPolicy> DynamicPolicyFrom(const Napi::Object& from) {
  compress::DynamicPolicy dynamic;
  dynamic.policy = PolicyFrom(from);
  std::erase_if(dynamic.policy.codings, [](http::Coding coding) { return !compress::CanEncode(coding); });
  dynamic.secrets = Flag(from, "secrets");
  return dynamic.on() ? std::make_shared<const compress::DynamicPolicy>(std::move(dynamic)) : nullptr;
}

files::CacheRule CacheRuleFrom(const Napi::Object& from) {
  files::CacheRule rule;
  std::string error;
  if (!base::Glob::Compile(Text(from, "match"), &rule.match, &error)) Refuse(from.Env(), error);
  rule.cache_control = Text(from, "cacheControl");
  return rule;
}

// The directory of a build: `cache_control` is its own, the rest is as for the files that it was built from.
std::unique_ptr<files::Mount> BuiltMountFrom(const files::Mount& source, const Napi::Object& from) {
  auto built = std::make_unique<files::Mount>();
  built->prefix = source.prefix;
  built->host = source.host;
  built->root = Text(from, "root");
  built->index.clear();
  built->fallthrough = true;
  built->dotfiles = source.dotfiles;
  built->internal = source.internal;
  built->cache_control = Text(from, "cacheControl");
  built->precompressed = source.precompressed;
  built->compress = source.compress;
  built->fields = source.fields;
  return built;
}

// Everything but the opened roots.
files::Mount MountFrom(const Napi::Object& from) {
  files::Mount mount;
  mount.prefix = Text(from, "prefix");
  mount.host = Text(from, "host");
  mount.root = Text(from, "root");
  mount.index.clear();
  ForEach(Child(from, "index"), [&](const Napi::Value& name) {
    mount.index.push_back(name.As<Napi::String>().Utf8Value());
  });
  mount.fallthrough = Flag(from, "fallthrough");
  mount.dotfiles = Flag(from, "dotfiles");
  mount.listing = Flag(from, "listing");
  mount.internal = Flag(from, "internal");
  mount.cache_control = Text(from, "cacheControl");
  ForEach(Child(from, "cacheRules"), [&](const Napi::Value& rule) {
    mount.cache_rules.push_back(CacheRuleFrom(rule.As<Napi::Object>()));
  });
  ForEach(Child(from, "precompressed"), [&](const Napi::Value& name) {
    mount.precompressed.push_back(CodingFrom(name));
  });
  mount.compress = Flag(from, "compress");
  int64_t declared_length = -1;
  if (http::AppendCheckedFields(Text(from, "fields"), &mount.fields, &declared_length) != http::FieldBlockStatus::kOk) {
    Refuse(from.Env(), "fields holds a line that is no field");
  }
  mount.fallback = Text(from, "fallback");
  mount.not_found = Text(from, "notFound");
  if (const Napi::Value built = from.Get("built"); built.IsObject()) {
    mount.built = BuiltMountFrom(mount, built.As<Napi::Object>());
  }
  return mount;
}

const char* StateName(queue::SlotState state) {
  switch (state) {
    case queue::SlotState::kFree: return "free";
    case queue::SlotState::kAttached: return "attached";
    case queue::SlotState::kDead: return "dead";
  }
  return "";
}

}  // namespace

http::Method MethodNamed(const std::string& name) {
  static const std::map<std::string, http::Method> kByName = {
      {"GET", http::Method::kGet},       {"HEAD", http::Method::kHead},       {"POST", http::Method::kPost},
      {"PUT", http::Method::kPut},       {"DELETE", http::Method::kDelete},   {"PATCH", http::Method::kPatch},
      {"OPTIONS", http::Method::kOptions}, {"CONNECT", http::Method::kConnect}, {"TRACE", http::Method::kTrace}};
  const auto found = kByName.find(name);
  return found == kByName.end() ? http::Method::kOther : found->second;
}

server::ListenOptions ListenFrom(const Napi::Object& from) {
  return {AddressFrom(from), OptionalFlag(from, "tls"), OptionalFlag(from, "redirect"), PeersFrom(Child(from, "announcers"))};
}

server::ServerOptions OptionsFrom(const Napi::Object& from) {
  server::ServerOptions options;
  ForEach(Child(from, "listen"), [&](const Napi::Value& value) {
    options.listen.push_back(ListenFrom(value.As<Napi::Object>()));
  });
  options.trusted = PeersFrom(Child(from, "trustProxy"));
  ForEach(Child(from, "hosts"), [&](const Napi::Value& value) {
    options.hosts.push_back(value.As<Napi::String>().Utf8Value());
  });
  const Napi::Object limits = Child(from, "limits");
  options.limits.head.request_line = Whole<uint32_t>(limits, "requestLine", http::kMaxHeadBytes);
  options.limits.head.head = Whole<uint32_t>(limits, "head", http::kMaxHeadBytes);
  options.limits.head.field_count = Whole<uint16_t>(limits, "fields", http::kMaxFields);
  options.limits.body_bytes = Whole<uint64_t>(limits, "body", 9007199254740991.0);
  options.limits.queued = Whole<uint32_t>(limits, "queued", 1u << 19);
  options.limits.in_flight = Whole<uint32_t>(limits, "inFlight", 1u << 19);
  options.limits.connections = Whole<uint32_t>(limits, "connections", 4294967295.0);
  options.limits.min_rate = Whole<uint32_t>(limits, "minRate", 4294967295.0);
  const Napi::Object timeouts = Child(from, "timeouts");
  options.timeouts.handshake_ms = Whole<int64_t>(timeouts, "handshake", 1e12);
  options.timeouts.header_ms = Whole<int64_t>(timeouts, "header", 1e12);
  options.timeouts.body_ms = Whole<int64_t>(timeouts, "body", 1e12);
  options.timeouts.body_total_ms = Whole<int64_t>(timeouts, "bodyTotal", 1e12);
  options.timeouts.keep_alive_ms = Whole<int64_t>(timeouts, "keepAlive", 1e12);
  options.timeouts.write_ms = Whole<int64_t>(timeouts, "write", 1e12);
  options.timeouts.request_ms = Whole<int64_t>(timeouts, "request", 1e12);
  options.timeouts.request_soft_ms = Whole<int64_t>(timeouts, "requestSoft", 1e12);
  options.timeouts.quarantine_ms = Whole<int64_t>(timeouts, "quarantine", 1e12);
  options.timeouts.queue_ms = Whole<int64_t>(timeouts, "queue", 1e12);
  options.io_threads = Whole<uint32_t>(from, "ioThreads", 256);
  options.replay = ReplayFrom(from.Get("replay"));
  options.worker_nice = Whole<int>(from, "workerNice", 19);
  options.slots = Whole<uint32_t>(from, "slots", 65536);
  options.pools = PoolsFrom(from, options.slots);
  options.look_again_ms = Whole<int64_t>(from, "lookAgain", 1e12);
  const Napi::Object files = Child(from, "files");
  options.files.threads = Whole<uint32_t>(files, "threads", 64);
  options.files.queue = Whole<uint32_t>(files, "queue", 1u << 20);
  options.direct = Flag(from, "direct");
  if (options.io_threads == 0) Refuse(from.Env(), "ioThreads must be at least 1");
  if (options.direct && (options.io_threads != 1 || options.slots != 1)) {
    Refuse(from.Env(), "direct needs ioThreads 1 and slots 1");
  }
  options.logs = LogsFrom(Child(from, "logs"));
  const Napi::Object clients = Child(from, "clients");
  options.disguise = DisguiseFrom(clients);
  options.client_for_views = Shown(clients, "views");
  options.compress = PolicyFrom(Child(from, "compress"));
  const Napi::Object observe = Child(from, "observe");
  options.observe.metrics = Flag(observe, "metrics");
  options.observe.server_timing = Flag(observe, "serverTiming");
  options.observe.trace_per_second = Whole<uint32_t>(observe, "tracesPerSecond", 100000);
  options.observe.trace_share = Whole<uint32_t>(observe, "traceShare", 1000000) / 1e6;
  options.observe.slow_ns = Whole<int64_t>(observe, "slow", 1e12) * 1000000;
  options.dynamic = DynamicPolicyFrom(Child(from, "compressDynamic"));
  const Napi::Object health = Child(from, "health");
  options.health = {Text(health, "live"), Text(health, "ready"), Text(health, "startup")};
  const Napi::Object cache = Child(from, "cache");
  options.cache.bytes = Whole<size_t>(cache, "bytes", 9007199254740991.0);
  options.cache.max_entry_bytes = Whole<size_t>(cache, "maxEntryBytes", 1u << 30);
  options.cache_lock_ms = Whole<int64_t>(cache, "lock", 1e12);
  options.cache_reports = Flag(cache, "status");
  options.gate = GateFrom(Child(from, "gate"), options.limits.body_bytes);
  options.rate_keys = Whole<size_t>(Child(from, "gate"), "rateKeys", 1u << 26);
  options.head_policy = HeadPolicyFrom(Child(from, "head"));
  options.error_pages = ErrorPagesFrom(Child(from, "errorPages"));
  const std::string hsts = Text(from, "hsts");
  ProxyingFrom(from, &options);
  if (!hsts.empty()) options.hsts_line = "Strict-Transport-Security: " + hsts + "\r\n";
  return options;
}

tls::ContextOptions TlsFrom(const Napi::Object& from) {
  tls::ContextOptions options;
  ForEach(Child(from, "certificates"), [&](const Napi::Value& value) {
    const Napi::Object entry = value.As<Napi::Object>();
    tls::CertificateOptions certificate;
    ForEach(Child(entry, "names"),
            [&](const Napi::Value& name) { certificate.names.push_back(name.As<Napi::String>().Utf8Value()); });
    certificate.chain_pem = Text(entry, "cert");
    certificate.key_pem = Text(entry, "key");
    options.certificates.push_back(std::move(certificate));
  });
  options.ca_pem = Text(from, "ca");
  const std::string clients = Text(from, "clientCertificates");
  if (clients == "request") options.client_certificates = tls::ClientCertificates::kRequest;
  if (clients == "require") options.client_certificates = tls::ClientCertificates::kRequire;
  options.tls13_only = Text(from, "minVersion") == "TLSv1.3";
  return options;
}

std::vector<files::Mount> MountsFrom(const Napi::Object& from) {
  std::vector<files::Mount> mounts;
  ForEach(Child(from, "mounts"), [&](const Napi::Value& value) {
    files::Mount mount = MountFrom(value.As<Napi::Object>());
    std::string error;
    if (!files::OpenRoot(&mount, &error) || (mount.built != nullptr && !files::OpenRoot(mount.built.get(), &error))) {
      Napi::Error refused = Napi::Error::New(from.Env(), error);
      refused.Set("code", "FASTSERVE_MOUNT");
      refused.Set("prefix", mount.prefix);
      throw refused;
    }
    mounts.push_back(std::move(mount));
  });
  return mounts;
}

route::Specification SpecificationFrom(const Napi::Value& manifest, const std::vector<files::Mount>& mounts,
                                       const server::ServerOptions& options) {
  route::Specification specification;
  for (size_t i = 0; i < options.proxy.size(); ++i) {
    specification.proxied.push_back({options.proxy[i].prefix, static_cast<uint16_t>(i), options.proxy[i].host});
  }
  for (size_t i = 0; i < mounts.size(); ++i) {
    if (mounts[i].internal) continue;
    specification.mounts.push_back({mounts[i].prefix, static_cast<uint16_t>(i), mounts[i].host});
  }
  if (!manifest.IsObject()) return specification;
  const Napi::Object from = manifest.As<Napi::Object>();
  specification.append_slash = Flag(from, "appendSlash");
  uint16_t id = 0;
  ForEach(Child(from, "routes"), [&](const Napi::Value& value) {
    const Napi::Object entry = value.As<Napi::Object>();
    if (id >= queue::kRouteUnresolved) Refuse(from.Env(), "more than 65,533 routes");
    route::RouteSpec route;
    route.pattern = Text(entry, "pattern");
    route.opaque = Flag(entry, "opaque");
    route.methods = MethodsFrom(entry.Get("methods"));
    route.route_id = id++;
    if (const Napi::Value policy = entry.Get("policy"); policy.IsObject()) route.policy = RoutePolicyFrom(policy.As<Napi::Object>(), options);
    specification.routes.push_back(std::move(route));
  });
  return specification;
}

std::shared_ptr<const server::ViewRules> ViewRulesFrom(const Napi::Value& manifest, const server::ServerOptions& options) {
  if (!manifest.IsObject()) return nullptr;
  auto rules = std::make_shared<server::ViewRules>();
  bool any = false;
  ForEach(Child(manifest.As<Napi::Object>(), "routes"), [&](const Napi::Value& value) {
    const Napi::Value from = value.As<Napi::Object>().Get("cache");
    std::optional<cache::Rule>& rule = rules->emplace_back();
    if (!from.IsObject()) return;
    any = true;
    rule.emplace();
    rule->explicit_only = true;
    rule->obeys_requests = false;
    rule->reports = options.cache_reports;
    rule->lock_ms = options.cache_lock_ms;
    rule->stale_while_revalidate_s = Whole<int64_t>(from.As<Napi::Object>(), "staleWhileRevalidate", 1e9);
    rule->stale_if_error_s = Whole<int64_t>(from.As<Napi::Object>(), "staleIfError", 1e9);
  });
  return any ? rules : nullptr;
}

uint8_t* BytesOf(const Napi::Value& array, size_t* length) {
  napi_typedarray_type type;
  void* data = nullptr;
  const napi_status status =
      napi_get_typedarray_info(array.Env(), array, &type, length, &data, nullptr, nullptr);
  if (status != napi_ok || type != napi_uint8_array) Refuse(array.Env(), "expected a Uint8Array");
  return static_cast<uint8_t*>(data);
}

Napi::Object StatsObject(Napi::Env env, const server::Totals& totals) {
  Napi::Object stats = Napi::Object::New(env);
  const auto set = [&](const char* name, uint64_t value) {
    stats.Set(name, Napi::Number::New(env, static_cast<double>(value)));
  };
  set("connectionsAccepted", totals.connections_accepted);
  set("connectionsOpen", totals.connections_open);
  set("requests", totals.requests);
  set("requestsToWorkers", totals.requests_to_workers);
  set("requestsProxied", totals.requests_proxied);
  set("proxyFailures", totals.proxy_failures);
  set("queued", totals.queued);
  set("inFlight", totals.in_flight);
  set("redispatched", totals.redispatched);
  set("rejectedQueueFull", totals.rejected_queue_full);
  set("timedOut", totals.timed_out);
  set("replayed", totals.replayed);
  set("quarantined", totals.quarantined);
  set("denied", totals.denied);
  set("rateLimited", totals.rate_limited);
  set("rateLimitedDry", totals.rate_limited_dry);
  set("delayed", totals.delayed);
  set("concurrencyLimited", totals.concurrency_limited);
  set("concurrencyLimitedDry", totals.concurrency_limited_dry);
  set("verifications", totals.verifications);
  set("connectionsRefused", totals.connections_refused);
  set("workerWakes", totals.worker_wakes);
  set("ioWakes", totals.io_wakes);
  set("ioTurns", totals.turns);
  set("acceptPauses", totals.accept_pauses);
  set("parseErrors", totals.parse_errors);
  set("logLinesDropped", totals.log_lines_dropped);
  set("tlsHandshakes", totals.tls_handshakes);
  set("tlsResumed", totals.tls_resumed);
  set("tlsFailures", totals.tls_failures);
  set("cacheHits", totals.cache_hits);
  set("cacheCoded", totals.cache_coded);
  set("cacheStale", totals.cache_stale);
  set("cacheMisses", totals.cache_misses);
  set("cacheWaits", totals.cache_waits);
  set("fileWaits", totals.file_waits);
  set("fileRefusals", totals.file_refusals);
  set("cacheBytes", totals.cache.bytes);
  set("cacheEvictions", totals.cache.evictions);
  set("cacheStored", totals.cache.stored);
  set("cachePurged", totals.cache.purged);
  set("cacheForms", totals.cache.forms);
  set("variantsMade", totals.variants_made);
  set("variantBytes", totals.variant_bytes);
  Napi::Array workers = Napi::Array::New(env, totals.workers.size());
  for (uint32_t i = 0; i < totals.workers.size(); ++i) {
    Napi::Object worker = Napi::Object::New(env);
    worker.Set("state", StateName(totals.workers[i].state));
    worker.Set("generation", Napi::Number::New(env, totals.workers[i].generation));
    worker.Set("inFlight", Napi::Number::New(env, totals.workers[i].in_flight));
    worker.Set("started", Napi::Number::New(env, static_cast<double>(totals.workers[i].started)));
    worker.Set("answered", Napi::Number::New(env, static_cast<double>(totals.workers[i].answered)));
    worker.Set("starts", Napi::Number::New(env, totals.workers[i].starts));
    worker.Set("cpuMs", Napi::Number::New(env, static_cast<double>(totals.workers[i].cpu_ms)));
    workers.Set(i, worker);
  }
  stats.Set("workers", workers);
  stats.Set("pools", PoolsArray(env, totals.pools));
  return stats;
}

}  // namespace fastserve::addon
