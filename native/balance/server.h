// One server of an upstream with what all I/O threads know of it. Shared; the counts and the health are atomic, the rest is
// written before it is shared.
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
  Server(proxy::ServerSpec spec_, const ServerSettings& settings_);

  const proxy::ServerSpec spec;
  const ServerSettings settings;
  const uint64_t name_hash;               // of the label: the same in every thread and process
  ServerHealth health;
  std::atomic<bool> draining{false};      // no new requests
  std::atomic<uint32_t> in_flight{0};
  std::atomic<uint64_t> answered{0}, failed{0};

  // Its weight at `now_ms`, in thousandths: a part of it while it starts slowly.
  uint32_t WeightAt(int64_t now_ms) const;
  // Takes an observed time to the head into account. Peaks count at once and fade over about ten seconds.
  void NoteLatency(int64_t latency_ns, int64_t now_ms);
  // Microseconds to the head of an answer that are to be expected; 0: not known. Fades, so that a slow server is tried again.
  double ExpectedLatency(int64_t now_ms) const;

 private:
  std::atomic<uint32_t> latency_us_{0};
  std::atomic<int64_t> latency_noted_ms_{0};
};

}  // namespace fastserve::balance
