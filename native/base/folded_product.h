// The mixing step of the hashes in this project. Pure, any thread.
#pragma once

#include <cstdint>

namespace fastserve::base {

// Spreads `a` and `b` over the whole word: the two halves of their 128-bit product folded into one. 0 when either is 0.
inline uint64_t FoldedProduct(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace fastserve::base
