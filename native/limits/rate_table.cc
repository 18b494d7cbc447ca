#include "native/limits/rate_table.h"

#include <algorithm>
#include <bit>

#include "native/base/folded_product.h"
#include "native/base/hash.h"

namespace fastserve::limits {

RateTable::RateTable(size_t keys, uint64_t seed)
    : seed_(seed), sets_(std::bit_ceil(std::max<size_t>(1, keys / (kShards * kWays)))) {
  for (size_t i = 0; i < kShards; ++i) {
    shards_.push_back(std::make_unique<Shard>());
    shards_.back()->sets.resize(sets_);
  }
}

// The place of the tag, or the one that it gets: empty, else the one whose time is the earliest.
RateTable::Place& RateTable::Find(Set& set, uint64_t tag) {
  Place* earliest = &set[0];
  for (Place& place : set) {
    if (place.tag == tag) return place;
    if (place.tat_ns < earliest->tat_ns) earliest = &place;  // an empty place has time 0
  }
  *earliest = {tag, 0};
  return *earliest;
}

GcraVerdict RateTable::Take(uint32_t rule, const Gcra& gcra, std::string_view key, int64_t now_ns) {
  constexpr uint64_t kRuleMultiplier = 0xD6E8FEB86659FD93;  // odd, bits well mixed: rules do not share keys
  const uint64_t hash = base::HashBytes(key, seed_ ^ (rule + 1) * kRuleMultiplier);
  const uint64_t tag = hash | 1;  // never the empty one
  const uint64_t place = base::FoldedProduct(hash ^ seed_, kRuleMultiplier);
  Shard& shard = *shards_[place % kShards];
  std::lock_guard<std::mutex> lock(shard.mutex);
  Place& found = Find(shard.sets[place / kShards & (sets_ - 1)], tag);
  const GcraVerdict verdict = Judge(gcra, found.tat_ns, now_ns);
  found.tat_ns = verdict.tat_ns;
  return verdict;
}

}  // namespace fastserve::limits
