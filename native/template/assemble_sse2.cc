// SSE2: every x86-64. Two registers a block.
#if defined(__x86_64__)

#include <emmintrin.h>

#include <algorithm>
#include <cstring>

#include "native/template/kernels.h"

#define KERNEL_TARGET

namespace fastserve::templates {

namespace {

struct Block {
  __m128i half[2];
};

inline Block Load(const char* from) {
  const auto* halves = reinterpret_cast<const __m128i*>(from);
  return {{_mm_loadu_si128(halves), _mm_loadu_si128(halves + 1)}};
}

inline void Store(char* to, const Block& block) {
  auto* halves = reinterpret_cast<__m128i*>(to);
  _mm_storeu_si128(halves, block.half[0]);
  _mm_storeu_si128(halves + 1, block.half[1]);
}

inline __m128i Is(__m128i bytes, char character) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(character)); }

inline Hits Classify(const Block& block) {
  Hits hits{0, 0};
  for (int i = 0; i < 2; ++i) {
    const __m128i bytes = block.half[i];
    const __m128i escapes = Is(bytes, kEscape);
    const __m128i quotes = _mm_or_si128(Is(bytes, '"'), Is(bytes, '\''));
    const __m128i angles = _mm_or_si128(Is(bytes, '<'), Is(bytes, '>'));
    const __m128i special = _mm_or_si128(_mm_or_si128(quotes, angles), _mm_or_si128(Is(bytes, '&'), escapes));
    hits.special |= static_cast<uint32_t>(_mm_movemask_epi8(special)) << (16 * i);
    hits.escapes |= static_cast<uint32_t>(_mm_movemask_epi8(escapes)) << (16 * i);
  }
  return hits;
}

#include "native/template/assemble_kernel.inc"

}  // namespace

int64_t AssembleSse2(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity) {
  return AssembleWithBlocks(table, payload, tokens, out, capacity);
}

}  // namespace fastserve::templates

#endif
