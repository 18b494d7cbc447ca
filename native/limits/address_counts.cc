#include "native/limits/address_counts.h"

#include "native/base/hash.h"

namespace fastserve::limits {

namespace {

constexpr uint8_t kIpv4Bits = 32;
constexpr uint8_t kIpv6Bits = 64;

}  // namespace

uint64_t AddressCounts::HashOf(const base::IpAddress& address) const {
  const base::IpAddress network = base::Masked(address, kIpv4Bits, kIpv6Bits);
  return base::HashBytes({reinterpret_cast<const char*>(network.bytes), sizeof network.bytes}, seed_ ^ network.family);
}

bool AddressCounts::Enter(const base::IpAddress& address) {
  if (address.family == 0) return true;
  const uint64_t hash = HashOf(address);
  Shard& shard = shards_[hash % kShards];
  std::lock_guard<std::mutex> lock(shard.mutex);
  uint32_t& count = shard.counts[hash];
  if (count >= most_) return false;
  ++count;
  return true;
}

void AddressCounts::Leave(const base::IpAddress& address) {
  if (address.family == 0) return;
  const uint64_t hash = HashOf(address);
  Shard& shard = shards_[hash % kShards];
  std::lock_guard<std::mutex> lock(shard.mutex);
  const auto found = shard.counts.find(hash);
  if (found != shard.counts.end() && --found->second == 0) shard.counts.erase(found);
}

}  // namespace fastserve::limits
