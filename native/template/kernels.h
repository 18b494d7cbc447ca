// What the kernels share, and their names. Only for native/template/assemble*. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/template/assemble.h"

namespace fastserve::templates {

constexpr int64_t Refused(Refusal refusal) { return static_cast<int64_t>(refusal); }

// The reference: a byte at a time. Needs no padding.
int64_t AssembleScalar(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);
#if defined(__x86_64__)
int64_t AssembleSse2(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);
// Only where the processor has AVX2.
int64_t AssembleAvx2(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);
#elif defined(__aarch64__)
int64_t AssembleNeon(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);
#endif

// What a kernel over blocks knows of a block: a bit for each byte.
struct Hits {
  uint32_t special;  // & < > " ' ESC
  uint32_t escapes;  // ESC
};
constexpr uint32_t kBlockBytes = 32;

// What stands for a character: `length` bytes of `text`, the rest is filler so that 8 bytes can be stored at once.
struct Entity {
  char text[8];
  uint8_t length;
};

// By the low nibble, which is another one for each of " & ' ESC < >.
constexpr Entity kEntities[16] = {
    {"", 0}, {"", 0}, {"&quot;", 6}, {"", 0}, {"", 0}, {"", 0}, {"&amp;", 5}, {"&#39;", 5},
    {"", 0}, {"", 0}, {"", 0},       {"", 0}, {"&lt;", 4}, {"", 0}, {"&gt;", 4}, {"", 0},
};

// For the comparison of a byte with the one special character of its low nibble. Nibbles without one have a byte of another
// nibble, so that nothing equals it.
constexpr char kSpecialByNibble[16] = {1, 0, '"', 0, 0, 0, '&', '\'', 0, 0, 0, kEscape, '<', 0, '>', 0};

constexpr const Entity& EntityFor(char special) { return kEntities[special & 15]; }

constexpr uint32_t kNoId = ~uint32_t{0};

// The id at `at`, which has kWidth bytes; kNoId when a character is none of an id.
template <uint32_t kWidth>
inline uint32_t ReadId(const char* at) {
  uint32_t id = 0;
  for (uint32_t i = 0; i < kWidth; ++i) {
    const uint32_t digit = static_cast<uint8_t>(at[i]) - uint32_t{kIdBase};
    if (digit >= kIdCharacters) return kNoId;
    id = id * kIdCharacters + digit;
  }
  return id;
}

// Whether the payload has a token where its last one must be.
inline bool EndsWithToken(std::string_view payload, uint32_t id_width) {
  if (payload.empty()) return true;
  return payload.size() > id_width && payload[payload.size() - 1 - id_width] == kEscape;
}

}  // namespace fastserve::templates
