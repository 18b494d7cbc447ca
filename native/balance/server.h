// One server of an upstream with what all I/O threads know of it. Shared; everything but its identity is atomic, and each value
// stands for itself: no order among them is needed.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>

#include "native/balance/server_health.h"
#include "native/balance/settings.h"
#include "native/proxy/upstream.h"

namespace fastserve::balance {

struct Server {
  Server(proxy::ServerSpec spec_, const ServerSettings& settings);

  const proxy::ServerSpec spec;
  const uint64_t name_hash;               // of label and address: the same in every thread and process
  ServerHealth health;
  std::atomic<uint32_t> in_flight{0};
  std::atomic<uint64_t> answered{0}, failed{0};
  std::atomic<uint64_t> checks_passed{0}, checks_failed{0};
  std::atomic<uint16_t> check_status{0};  // of the last check's answer; 0: there was none

  // Any thread.
  void Apply(const ServerSettings& settings);
  ServerSettings settings() const;

  bool backup() const { return backup_.load(std::memory_order_relaxed); }
  bool down() const { return down_.load(std::memory_order_relaxed); }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  uint32_t max_connections() const { return max_connections_.load(std::memory_order_relaxed); }

  // Its weight at `now_ms`, in thousandths: a part of it while it starts slowly.
  uint32_t WeightAt(int64_t now_ms) const;
  void NoteCheck(bool passed, uint16_t status);
  // The last estimate as it was made, for people; 0: not known.
  uint32_t latency_us() const { return latency_us_.load(std::memory_order_relaxed); }
  // Takes an observed time to the head into account. Peaks count at once and fade over about ten seconds.
  void NoteLatency(int64_t latency_ns, int64_t now_ms);
  // Microseconds to the head of an answer that are to be expected; 0: not known. Fades, so that a slow server is tried again.
  double ExpectedLatency(int64_t now_ms) const;

 private:
  std::atomic<uint32_t> weight_{1}, max_connections_{0};
  std::atomic<bool> backup_{false}, down_{false}, draining_{false};
  std::atomic<int64_t> slow_start_ms_{0};
  std::atomic<uint32_t> latency_us_{0};
  std::atomic<int64_t> latency_noted_ms_{0};
};

}  // namespace fastserve::balance
