#include "native/addon/server/stats_object.h"

#include "native/addon/convert/pools.h"

namespace fastserve::addon {

namespace {

const char* StateName(queue::SlotState state) {
  switch (state) {
    case queue::SlotState::kFree: return "free";
    case queue::SlotState::kAttached: return "attached";
    case queue::SlotState::kDead: return "dead";
  }
  return "";
}

}  // namespace

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
  set("deadlinesPassed", totals.deadlines_passed);
  set("replayed", totals.replayed);
  set("quarantined", totals.quarantined);
  set("denied", totals.denied);
  set("rateLimited", totals.rate_limited);
  set("rateLimitedDry", totals.rate_limited_dry);
  set("delayed", totals.delayed);
  set("concurrencyLimited", totals.concurrency_limited);
  set("concurrencyLimitedDry", totals.concurrency_limited_dry);
  set("verifications", totals.verifications);
  set("hintsSent", totals.hints_sent);
  set("connectionsRefused", totals.connections_refused);
  set("workerWakes", totals.worker_wakes);
  set("ioWakes", totals.io_wakes);
  set("ioTurns", totals.turns);
  set("stopCut", totals.stop_cut);
  set("stopDrained", totals.stop_drained);
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
  set("fragmentHits", totals.cache.fragment_hits);
  set("fragmentMisses", totals.cache.fragment_misses);
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
