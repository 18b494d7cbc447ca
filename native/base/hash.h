// A 64-bit hash of bytes for table keys and entity-tags. Pure, any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/base/folded_product.h"

namespace fastserve::base {

// Fewer than 8 bytes as a word, zeros behind them. Two overlapping loads of a fixed size: a copy of a variable one is a call.
inline uint64_t LastWord(std::string_view bytes) {
  const size_t size = bytes.size();
  if (size >= 4) {
    uint32_t first, last;
    std::memcpy(&first, bytes.data(), 4);
    std::memcpy(&last, bytes.data() + size - 4, 4);
    return first | static_cast<uint64_t>(last) << (size - 4) * 8;
  }
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) word |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << i * 8;
  return word;
}

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
  return FoldedProduct(FoldedProduct(hash ^ LastWord(bytes), kMultiplier), kMultiplier ^ seed);
}

}  // namespace fastserve::base
