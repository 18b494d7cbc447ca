// What a server counts: sums over its I/O threads, its workers and their pools. Any thread.
#include <algorithm>

#include "native/base/clock.h"
#include "native/server/server.h"

namespace fastserve::server {

namespace {

void AddCounters(const Counters& counters, Totals* totals) {
  totals->connections_accepted += counters.connections_accepted.Read();
  totals->connections_open += counters.connections_open.Read();
  totals->requests += counters.requests.Read();
  totals->requests_to_workers += counters.requests_to_workers.Read();
  totals->queued += counters.queued.Read();
  totals->in_flight += counters.in_flight.Read();
  totals->redispatched += counters.redispatched.Read();
  totals->rejected_queue_full += counters.rejected_queue_full.Read();
  totals->timed_out += counters.timed_out.Read();
  totals->deadlines_passed += counters.deadlines_passed.Read();
  totals->replayed += counters.replayed.Read();
  totals->quarantined += counters.quarantined.Read();
  totals->denied += counters.denied.Read();
  totals->rate_limited += counters.rate_limited.Read();
  totals->rate_limited_dry += counters.rate_limited_dry.Read();
  totals->delayed += counters.delayed.Read();
  totals->verifications += counters.verifications.Read();
  totals->hints_sent += counters.hints_sent.Read();
  totals->concurrency_limited += counters.concurrency_limited.Read();
  totals->concurrency_limited_dry += counters.concurrency_limited_dry.Read();
  totals->connections_refused += counters.connections_refused.Read();
  totals->worker_wakes += counters.worker_wakes.Read();
  totals->turns += counters.turns.Read();
  totals->stop_cut += counters.stop_cut.Read();
  totals->stop_drained += counters.stop_drained.Read();
  totals->accept_pauses += counters.accept_pauses.Read();
  totals->parse_errors += counters.parse_errors.Read();
  totals->cache_hits += counters.cache_hits.Read();
  totals->cache_coded += counters.cache_coded.Read();
  totals->cache_stale += counters.cache_stale.Read();
  totals->cache_misses += counters.cache_misses.Read();
  totals->cache_waits += counters.cache_waits.Read();
  totals->file_waits += counters.file_waits.Read();
  totals->file_refusals += counters.file_refusals.Read();
  totals->requests_proxied += counters.requests_proxied.Read();
  totals->proxy_failures += counters.proxy_failures.Read();
  totals->tls_handshakes += counters.tls_handshakes.Read();
  totals->tls_resumed += counters.tls_resumed.Read();
  totals->tls_failures += counters.tls_failures.Read();
}

}  // namespace

Totals Server::ReadTotals() const {
  Totals totals;
  for (const auto& io : io_threads_) AddCounters(io->counters(), &totals);
  for (const auto& door : doors_) totals.io_wakes += door->rings.load(std::memory_order_relaxed);
  totals.log_lines_dropped = log_.dropped_lines();
  if (store_ != nullptr) totals.cache = store_->ReadTotals();
  totals.variants_made = variants_.made();
  totals.variant_bytes = variants_.held_bytes();
  for (uint32_t slot = 0; slot < slots_.size(); ++slot) totals.workers.push_back(ReadWorker(slot));
  totals.pools = ReadPools();
  return totals;
}

Totals::Worker Server::ReadWorker(uint32_t slot) const {
  const queue::WorkerSlot& its = *slots_[slot];
  Totals::Worker worker{its.state.load(std::memory_order_relaxed), its.generation.load(std::memory_order_relaxed), 0, 0, 0,
                        its.epoch.load(std::memory_order_relaxed), its.precedence.WorkerCpuMs()};
  for (const auto& io : io_threads_) {
    const Dispatcher::LaneStats lane = static_cast<const IoThread&>(*io).dispatcher().lane_stats(slot);
    worker.in_flight += lane.in_flight;
    worker.started += lane.started;
    worker.answered += lane.answered;
  }
  return worker;
}

void Server::CountWorkers(Totals::Pool* pool) const {
  for (uint32_t slot = pool->first_slot; slot < pool->first_slot + pool->slots; ++slot) {
    if (slots_[slot]->state.load(std::memory_order_relaxed) != queue::SlotState::kAttached) continue;
    ++pool->workers;
    const bool busy = std::ranges::any_of(io_threads_, [slot](const auto& io) {
      return static_cast<const IoThread&>(*io).dispatcher().lane_stats(slot).in_flight > 0;
    });
    if (busy) ++pool->busy;
  }
}

std::vector<Totals::Pool> Server::ReadPools() const {
  std::vector<Totals::Pool> pools;
  uint32_t first = 0;
  for (const PoolOptions& options : options_.pools) {
    Totals::Pool pool{options.name, first, options.slots, 0, 0, 0, 0, 0, 0, 0};
    CountWorkers(&pool);
    int64_t oldest_ms = 0;
    for (const auto& io : io_threads_) {
      const Dispatcher::PoolStats stats =
          static_cast<const IoThread&>(*io).dispatcher().pool_stats(static_cast<uint32_t>(pools.size()));
      pool.waiting += stats.waiting;
      pool.waited += stats.waited;
      pool.waited_ms += stats.waited_ms;
      pool.rejected += stats.rejected;
      if (stats.oldest_ms != 0) oldest_ms = oldest_ms == 0 ? stats.oldest_ms : std::min(oldest_ms, stats.oldest_ms);
    }
    if (oldest_ms != 0) pool.oldest_wait_ms = std::max<int64_t>(0, base::MonotonicMs() - oldest_ms);
    first += options.slots;
    pools.push_back(std::move(pool));
  }
  return pools;
}

MetricsTotals Server::ReadMetrics() const {
  MetricsTotals totals;
  for (uint16_t series = 0; series < observe::kMaxSeries; ++series) {
    observe::SeriesTotal total;
    bool counted = false;
    for (const auto& io : io_threads_) {
      const observe::Series* found = io->metrics() == nullptr ? nullptr : io->metrics()->Find(series);
      if (found == nullptr) continue;
      total.Add(*found);
      counted = true;
    }
    if (!counted) continue;
    total.series = series;
    total.name = series < observe::kFirstRouteSeries ? std::string(AnsweredByName(static_cast<AnsweredBy>(series)))
                                                     : observations_.names.NameOf(series);
    totals.series.push_back(std::move(total));
  }
  for (const auto& io : io_threads_) {
    if (io->metrics() != nullptr) totals.queue_wait.Add(io->metrics()->queue_wait());
  }
  return totals;
}

}  // namespace fastserve::server
