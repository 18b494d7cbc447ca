#include "native/template/hash.h"

#include <cstring>

#include "native/base/folded_product.h"

namespace fastserve::templates {

namespace {

using base::FoldedProduct;

constexpr size_t kLanes = 4;
constexpr size_t kStepBytes = kLanes * 2 * sizeof(uint64_t);
// Fractions of the square roots of 2, 3, 5 and 7, made odd: independent of each other, and nobody chose them.
constexpr uint64_t kRoots[kLanes] = {0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1};

struct Lanes {
  uint64_t secret[kLanes];
  uint64_t state[kLanes];

  explicit Lanes(uint64_t key) {
    // A lane forgets what it read when a word equals its secret, so the secrets must not be known.
    for (size_t i = 0; i < kLanes; ++i) {
      secret[i] = FoldedProduct(key ^ kRoots[i], kRoots[(i + 1) % kLanes]);
      state[i] = secret[i] ^ kRoots[i];
    }
  }

  void Read(const char* step) {
    for (size_t i = 0; i < kLanes; ++i) {
      uint64_t words[2];
      std::memcpy(words, step + i * sizeof words, sizeof words);
      state[i] = FoldedProduct(words[0] ^ secret[i], words[1] ^ state[i]);
    }
  }

  uint64_t Fold(uint64_t size) const {
    uint64_t hash = size ^ secret[0];
    for (size_t i = 0; i < kLanes; ++i) hash = FoldedProduct(hash ^ state[i], kRoots[i] ^ secret[i]);
    return FoldedProduct(hash ^ secret[1], kRoots[0]);
  }
};

}  // namespace

uint64_t HashBytes(std::string_view bytes, uint64_t key) {
  Lanes lanes(key);
  const uint64_t size = bytes.size();
  for (; bytes.size() >= kStepBytes; bytes.remove_prefix(kStepBytes)) lanes.Read(bytes.data());
  if (!bytes.empty()) {
    char last[kStepBytes] = {};
    std::memcpy(last, bytes.data(), bytes.size());
    lanes.Read(last);
  }
  return lanes.Fold(size);
}

}  // namespace fastserve::templates
