#include "native/balance/server.h"

#include <cmath>

#include "native/base/hash.h"

namespace fastserve::balance {

namespace {

constexpr double kFadeMs = 10000;
constexpr double kMostKept = 0.99;
constexpr uint32_t kFullWeight = 1000;
constexpr uint32_t kFirstShare = 100;  // of kFullWeight, when a slow start begins

}  // namespace

Server::Server(proxy::ServerSpec spec_, const ServerSettings& settings_)
    : spec(std::move(spec_)), settings(settings_), name_hash(base::HashBytes(spec.label, 0)) {}

uint32_t Server::WeightAt(int64_t now_ms) const {
  const int64_t back_ms = health.back_since_ms();
  const int64_t since_ms = now_ms - back_ms;
  if (settings.slow_start_ms <= 0 || back_ms == 0 || since_ms >= settings.slow_start_ms) return settings.weight * kFullWeight;
  const auto share = kFirstShare + (kFullWeight - kFirstShare) * std::max<int64_t>(since_ms, 0) / settings.slow_start_ms;
  return settings.weight * static_cast<uint32_t>(share);
}

double Server::ExpectedLatency(int64_t now_ms) const {
  const int64_t since_ms = std::max<int64_t>(0, now_ms - latency_noted_ms_.load(std::memory_order_relaxed));
  return latency_us_.load(std::memory_order_relaxed) * std::exp(-static_cast<double>(since_ms) / kFadeMs);
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
