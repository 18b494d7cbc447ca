// AVX2: one register a block, and one look-up for all six special characters. Chosen at run time.
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "native/template/kernels.h"

// An attribute on each function and no compiler option for the file: functions of headers that are compiled here too must run
// on machines without AVX2, since the linker keeps one copy of each. BMI comes with AVX2 and finds the lowest bit.
#define KERNEL_TARGET __attribute__((target("avx2,bmi")))

namespace fastserve::templates {

namespace {

struct Block {
  __m256i bytes;
};

KERNEL_TARGET inline Block Load(const char* from) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
}

KERNEL_TARGET inline void Store(char* to, const Block& block) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), block.bytes);
}

// The shuffle looks up the low nibble of bytes below 0x80; it gives 0 for others, which none of them equals.
KERNEL_TARGET inline Hits Classify(const Block& block) {
  const __m128i by_nibble = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kSpecialByNibble));
  const __m256i candidates = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(by_nibble), block.bytes);
  const __m256i special = _mm256_cmpeq_epi8(candidates, block.bytes);
  const __m256i escapes = _mm256_cmpeq_epi8(block.bytes, _mm256_set1_epi8(kEscape));
  return {static_cast<uint32_t>(_mm256_movemask_epi8(special)), static_cast<uint32_t>(_mm256_movemask_epi8(escapes))};
}

#include "native/template/assemble_kernel.inc"

}  // namespace

KERNEL_TARGET int64_t AssembleAvx2(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out,
                                   size_t capacity) {
  return AssembleWithBlocks(table, payload, tokens, out, capacity);
}

}  // namespace fastserve::templates

#endif
