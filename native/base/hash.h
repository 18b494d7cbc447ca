// A 64-bit hash of bytes for table keys and entity-tags. Pure, any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/base/folded_product.h"

namespace fastserve::base {

// Not cryptographic. With a secret random `seed` a peer cannot choose names that collide; with a constant seed the
// result is the same in every thread and process. Depends on the byte order of the machine.
inline uint64_t HashBytes(std::string_view bytes, uint64_t seed) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: odd, bits well mixed
  uint64_t hash = seed ^ bytes.size();
  uint64_t word;
  for (; bytes.size() >= sizeof(word); bytes.remove_prefix(sizeof(word))) {
    std::memcpy(&word, bytes.data(), sizeof(word));
    hash = FoldedProduct(hash ^ word, kMultiplier);
  }
  word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return FoldedProduct(FoldedProduct(hash ^ word, kMultiplier), kMultiplier ^ seed);
}

}  // namespace fastserve::base
