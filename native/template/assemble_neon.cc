// NEON: every 64-bit ARM. Two registers a block.
#if defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <cstring>

#include "native/template/kernels.h"

#define KERNEL_TARGET

namespace fastserve::templates {

namespace {

struct Block {
  uint8x16_t half[2];
};

inline Block Load(const char* from) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(from);
  return {{vld1q_u8(bytes), vld1q_u8(bytes + 16)}};
}

inline void Store(char* to, const Block& block) {
  auto* bytes = reinterpret_cast<uint8_t*>(to);
  vst1q_u8(bytes, block.half[0]);
  vst1q_u8(bytes + 16, block.half[1]);
}

// A bit for each byte that is all ones: each keeps the bit of its place, and the eight bits of each half are added up.
inline uint32_t Bits(uint8x16_t matches) {
  constexpr uint8_t kPlaces[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bits = vandq_u8(matches, vld1q_u8(kPlaces));
  return vaddv_u8(vget_low_u8(bits)) | static_cast<uint32_t>(vaddv_u8(vget_high_u8(bits))) << 8;
}

inline Hits Classify(const Block& block) {
  const uint8x16_t by_nibble = vld1q_u8(reinterpret_cast<const uint8_t*>(kSpecialByNibble));
  Hits hits{0, 0};
  for (int i = 0; i < 2; ++i) {
    const uint8x16_t bytes = block.half[i];
    const uint8x16_t candidates = vqtbl1q_u8(by_nibble, vandq_u8(bytes, vdupq_n_u8(15)));
    hits.special |= Bits(vceqq_u8(candidates, bytes)) << (16 * i);
    hits.escapes |= Bits(vceqq_u8(bytes, vdupq_n_u8(kEscape))) << (16 * i);
  }
  return hits;
}

#include "native/template/assemble_kernel.inc"

}  // namespace

int64_t AssembleNeon(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity) {
  return AssembleWithBlocks(table, payload, tokens, out, capacity);
}

}  // namespace fastserve::templates

#endif
