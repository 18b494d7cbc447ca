#include "native/addon/convert/options.h"

#include <string>

#include "native/addon/convert/compress.h"
#include "native/addon/convert/error_pages.h"
#include "native/addon/convert/gate.h"
#include "native/addon/convert/listen.h"
#include "native/addon/convert/log.h"
#include "native/addon/convert/pools.h"
#include "native/addon/convert/proxy.h"
#include "native/addon/convert/values.h"
#include "native/base/clock.h"

namespace fastserve::addon {

namespace {

// `period`: seconds.
auth::DisguiseSettings DisguiseFrom(const Napi::Object& from) {
  auth::DisguiseSettings settings;
  settings.secret = auth::KeyedHash()("clients");
  settings.period_s = Whole<int64_t>(from, "period", 1e9);
  settings.started_s = base::WallSeconds();
  if (settings.period_s == 0) Refuse(from.Env(), "period must be at least 1");
  return settings;
}

server::Limits LimitsFrom(const Napi::Object& from) {
  server::Limits limits;
  limits.head.request_line = Whole<uint32_t>(from, "requestLine", http::kMaxHeadBytes);
  limits.head.head = Whole<uint32_t>(from, "head", http::kMaxHeadBytes);
  limits.head.field_count = Whole<uint16_t>(from, "fields", http::kMaxFields);
  limits.body_bytes = Whole<uint64_t>(from, "body", kMostWhole);
  limits.queued = Whole<uint32_t>(from, "queued", 1u << 19);
  limits.in_flight = Whole<uint32_t>(from, "inFlight", 1u << 19);
  limits.connections = Whole<uint32_t>(from, "connections", 4294967295.0);
  limits.min_rate = Whole<uint32_t>(from, "minRate", 4294967295.0);
  return limits;
}

server::Timeouts TimeoutsFrom(const Napi::Object& from) {
  server::Timeouts timeouts;
  timeouts.handshake_ms = Whole<int64_t>(from, "handshake", kMostMs);
  timeouts.header_ms = Whole<int64_t>(from, "header", kMostMs);
  timeouts.body_ms = Whole<int64_t>(from, "body", kMostMs);
  timeouts.body_total_ms = Whole<int64_t>(from, "bodyTotal", kMostMs);
  timeouts.keep_alive_ms = Whole<int64_t>(from, "keepAlive", kMostMs);
  timeouts.write_ms = Whole<int64_t>(from, "write", kMostMs);
  timeouts.request_ms = Whole<int64_t>(from, "request", kMostMs);
  timeouts.request_soft_ms = Whole<int64_t>(from, "requestSoft", kMostMs);
  timeouts.quarantine_ms = Whole<int64_t>(from, "quarantine", kMostMs);
  timeouts.queue_ms = Whole<int64_t>(from, "queue", kMostMs);
  timeouts.client = static_cast<server::ClientTimeouts>(Whole<uint8_t>(from, "client", 2));
  return timeouts;
}

server::FileOptions FileOptionsFrom(const Napi::Object& from) {
  return {Whole<uint32_t>(from, "threads", 64), Whole<uint32_t>(from, "queue", 1u << 20)};
}

server::ObserveOptions ObserveFrom(const Napi::Object& from) {
  server::ObserveOptions observe;
  observe.metrics = Flag(from, "metrics");
  observe.server_timing = Flag(from, "serverTiming");
  observe.trace_per_second = Whole<uint32_t>(from, "tracesPerSecond", 100000);
  observe.trace_share = Whole<uint32_t>(from, "traceShare", 1000000) / 1e6;
  observe.slow_ns = Whole<int64_t>(from, "slow", kMostMs) * 1000000;
  return observe;
}

void ThreadsFrom(const Napi::Object& from, server::ServerOptions* options) {
  options->io_threads = Whole<uint32_t>(from, "ioThreads", 256);
  options->thread_name = Text(from, "threadName");
  options->worker_nice = Whole<int>(from, "workerNice", 19);
  options->slots = Whole<uint32_t>(from, "slots", 65536);
  options->pools = PoolsFrom(from, options->slots);
  options->direct = Flag(from, "direct");
  if (options->io_threads == 0) Refuse(from.Env(), "ioThreads must be at least 1");
  if (options->direct && (options->io_threads != 1 || options->slots != 1)) {
    Refuse(from.Env(), "direct needs ioThreads 1 and slots 1");
  }
}

void CacheFrom(const Napi::Object& from, server::ServerOptions* options) {
  options->cache.bytes = Whole<size_t>(from, "bytes", kMostWhole);
  options->cache.max_entry_bytes = Whole<size_t>(from, "maxEntryBytes", 1u << 30);
  options->cache_lock_ms = Whole<int64_t>(from, "lock", kMostMs);
  options->cache_reports = Flag(from, "status");
}

hints::Policy HintsFrom(const Napi::Object& from) {
  return {Flag(from, "learn"), Whole<int64_t>(from, "maxAge", kMostMs), Texts(from, "origins")};
}

}  // namespace

server::ServerOptions OptionsFrom(const Napi::Object& from) {
  server::ServerOptions options;
  ForEach(Child(from, "listen"), [&](const Napi::Value& value) {
    options.listen.push_back(ListenFrom(value.As<Napi::Object>()));
  });
  options.trusted = PeersFrom(Child(from, "trustProxy"));
  options.hosts = Texts(from, "hosts");
  options.limits = LimitsFrom(Child(from, "limits"));
  options.timeouts = TimeoutsFrom(Child(from, "timeouts"));
  ThreadsFrom(from, &options);
  options.replay = ReplayFrom(from.Get("replay"));
  options.as_node_http = Flag(from, "asNodeHttp");
  options.look_again_ms = Whole<int64_t>(from, "lookAgain", kMostMs);
  options.files = FileOptionsFrom(Child(from, "files"));
  options.logs = LogsFrom(Child(from, "logs"));
  const Napi::Object clients = Child(from, "clients");
  options.disguise = DisguiseFrom(clients);
  options.client_for_views = Shown(clients, "views");
  options.compress = PolicyFrom(Child(from, "compress"));
  options.dynamic = DynamicPolicyFrom(Child(from, "compressDynamic"));
  options.observe = ObserveFrom(Child(from, "observe"));
  const Napi::Object health = Child(from, "health");
  options.health = {Text(health, "live"), Text(health, "ready"), Text(health, "startup")};
  CacheFrom(Child(from, "cache"), &options);
  options.hints = HintsFrom(Child(from, "hints"));
  options.gate = GateFrom(Child(from, "gate"), options.limits.body_bytes);
  options.rate_keys = Whole<size_t>(Child(from, "gate"), "rateKeys", 1u << 26);
  options.head_policy = HeadPolicyFrom(Child(from, "head"));
  options.error_pages = ErrorPagesFrom(Child(from, "errorPages"));
  ProxyingFrom(from, &options);
  const std::string hsts = Text(from, "hsts");
  if (!hsts.empty()) options.hsts_line = "Strict-Transport-Security: " + hsts + "\r\n";
  return options;
}

}  // namespace fastserve::addon
