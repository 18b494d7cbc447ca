// Open connections by the address of their peer, over all I/O threads. Any thread; one short lock.
//
// An IPv6 address counts as its /64 network, for the rest is its owner's to choose. Bounded by the connections that are open.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "native/base/ip_address.h"

namespace fastserve::limits {

class AddressCounts {
 public:
  // `seed`: secret and random.
  AddressCounts(uint32_t most, uint64_t seed) : most_(most), seed_(seed) {}

  // Counts one connection. False when the address has as many as allowed. A peer on a unix socket is never refused.
  bool Enter(const base::IpAddress& address);
  // For each Enter that was true.
  void Leave(const base::IpAddress& address);

 private:
  static constexpr size_t kShards = 16;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<uint64_t, uint32_t> counts;  // by hash: strangers that share one share their limit, too
  };
  uint64_t HashOf(const base::IpAddress& address) const;

  const uint32_t most_;
  const uint64_t seed_;
  std::array<Shard, kShards> shards_;
};

}  // namespace fastserve::limits
