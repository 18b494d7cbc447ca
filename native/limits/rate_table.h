// The arrival times of all keys of all rate limits, shared by the I/O threads. Memory is bounded and allocated at once.
//
// DESIGN: a set-associative table. A key's hash names its shard, its set within the shard and itself; a set has eight places.
// Where all are taken the key that is nearest to being idle gives way: an idle key (its time has passed) costs nothing to
// forget, and with a full table a flood of new keys makes limits lenient rather than refusing strangers. The hash has
// a secret seed, so nobody can choose keys that push another one out.
//
//   hash ─► shard (one mutex, held for a look at eight places) ─► set of 8 × { tag, TAT }
//
// Invariants: T1 a tag stands in one place of its set at most.  T2 the table never grows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "native/limits/gcra.h"

namespace fastserve::limits {

class RateTable {
 public:
  static constexpr size_t kWays = 8;
  static constexpr size_t kShards = 64;

  // Room for about `keys` keys, 16 bytes each. `seed`: secret and random.
  RateTable(size_t keys, uint64_t seed);

  // Judges one request of `key` under rule number `rule` and keeps what follows. Any thread; one short lock.
  GcraVerdict Take(uint32_t rule, const Gcra& gcra, std::string_view key, int64_t now_ns);

  size_t bytes() const { return shards_.size() * sets_ * sizeof(Set); }

 private:
  struct Place {
    uint64_t tag = 0;  // 0: empty
    int64_t tat_ns = 0;
  };
  using Set = std::array<Place, kWays>;
  struct Shard {
    std::mutex mutex;
    std::vector<Set> sets;
  };

  static Place& Find(Set& set, uint64_t tag);

  const uint64_t seed_;
  size_t sets_;  // in each shard, a power of two
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace fastserve::limits
