#include "native/balance/server.h"

#include <cmath>

#include "native/base/hash.h"

namespace fastserve::balance {

namespace {

constexpr double kFadeMs = 10000;
constexpr double kMostKept = 0.99;
constexpr uint32_t kFullWeight = 1000;
constexpr uint32_t kFirstShare = 100;  // of kFullWeight, when a slow start begins

// A name may stand for several addresses, which are servers of their own.
uint64_t NameHash(const proxy::ServerSpec& spec) {
  return base::HashBytes({reinterpret_cast<const char*>(&spec.address), spec.address_length}, base::HashBytes(spec.label, 0));
}

}  // namespace

Server::Server(proxy::ServerSpec spec_, const ServerSettings& settings) : spec(std::move(spec_)), name_hash(NameHash(spec)) {
  Apply(settings);
}

void Server::Apply(const ServerSettings& settings) {
  weight_.store(settings.weight, std::memory_order_relaxed);
  backup_.store(settings.backup, std::memory_order_relaxed);
  down_.store(settings.down, std::memory_order_relaxed);
  draining_.store(settings.draining, std::memory_order_relaxed);
  max_connections_.store(settings.max_connections, std::memory_order_relaxed);
  slow_start_ms_.store(settings.slow_start_ms, std::memory_order_relaxed);
}

ServerSettings Server::settings() const {
  return {weight_.load(std::memory_order_relaxed), backup(), down(), draining(), max_connections(),
          slow_start_ms_.load(std::memory_order_relaxed)};
}

uint32_t Server::WeightAt(int64_t now_ms) const {
  const int64_t back_ms = health.back_since_ms();
  const int64_t since_ms = now_ms - back_ms;
  const int64_t slow_start_ms = slow_start_ms_.load(std::memory_order_relaxed);
  const uint32_t weight = weight_.load(std::memory_order_relaxed);
  if (slow_start_ms <= 0 || back_ms == 0 || since_ms >= slow_start_ms) return weight * kFullWeight;
  const auto share = kFirstShare + (kFullWeight - kFirstShare) * std::max<int64_t>(since_ms, 0) / slow_start_ms;
  return weight * static_cast<uint32_t>(share);
}

double Server::ExpectedLatency(int64_t now_ms) const {
  const int64_t since_ms = std::max<int64_t>(0, now_ms - latency_noted_ms_.load(std::memory_order_relaxed));
  const double noted_us = latency_us_.load(std::memory_order_relaxed);
  if (since_ms == 0) return noted_us;  // as under load
  return noted_us * std::exp(-static_cast<double>(since_ms) / kFadeMs);
}

void Server::NoteCheck(bool passed, uint16_t status) {
  (passed ? checks_passed : checks_failed).fetch_add(1, std::memory_order_relaxed);
  check_status.store(status, std::memory_order_relaxed);
}

// Two threads may note at once: one of the two is lost, which an average bears.
void Server::NoteLatency(int64_t latency_ns, int64_t now_ms) {
  const auto seen = static_cast<double>(std::clamp<int64_t>(latency_ns / 1000, 1, 1'000'000'000));
  // At least a hundredth is learnt from each, so that a steady stream within one millisecond counts too.
  const double known = ExpectedLatency(now_ms) * kMostKept;
  latency_us_.store(static_cast<uint32_t>(known > seen ? known : seen), std::memory_order_relaxed);
  latency_noted_ms_.store(now_ms, std::memory_order_relaxed);
}

}  // namespace fastserve::balance
