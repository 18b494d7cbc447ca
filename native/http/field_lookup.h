// From a field name on the wire to its FieldId. Pure, any thread.
//
// DESIGN: a perfect hash over length, first and last-but-one byte finds the one candidate; a case-insensitive
// comparison of 32 bytes at a time decides. The multipliers were found by trying: the static_assert in field_names.cc
// says when an appended name needs others.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/base/bytes.h"
#include "native/http/types.h"

namespace fastserve::http {

constexpr size_t kFieldNameWidth = 32;  // longest known name, rounded up to whole SSE registers
constexpr size_t kFieldSlotCount = 256;

struct FieldNameRow {
  char text[kFieldNameWidth];  // lower case, zeros behind the name
  uint8_t length;
};
extern const std::array<FieldNameRow, static_cast<size_t>(FieldId::kCount)> kFieldNameRows;
extern const std::array<uint8_t, kFieldSlotCount> kFieldSlots;  // FieldId, or 0

// Needs length >= 2. Case does not matter: "|32" maps both cases of a letter to one value.
constexpr size_t FieldSlot(const char* name, size_t length) {
  const uint32_t first = static_cast<uint8_t>(name[0]) | 32u;
  const uint32_t last_but_one = static_cast<uint8_t>(name[length - 2]) | 32u;
  const uint32_t mixed = static_cast<uint32_t>(length) * 22 + first * 678 + last_but_one * 934;
  return (mixed ^ (mixed >> 5)) % kFieldSlotCount;
}

#if defined(__SSE2__)
namespace internal {

inline __m128i ToLowerAscii16(__m128i text) {
  const __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(text, _mm_set1_epi8('A' - 1)),
                                      _mm_cmplt_epi8(text, _mm_set1_epi8('Z' + 1)));
  return _mm_add_epi8(text, _mm_and_si128(upper, _mm_set1_epi8(32)));
}

// A mask of `length` set bytes begins at kLeadingOnes + 32 - length.
alignas(16) inline constexpr std::array<uint8_t, 64> kLeadingOnes = [] {
  std::array<uint8_t, 64> bytes{};
  for (size_t i = 0; i < 32; ++i) bytes[i] = 0xFF;
  return bytes;
}();

// Compares `length` <= 32 bytes; 32 bytes of `name` must be readable.
inline bool EqualsRow(const char* name, const FieldNameRow& row, size_t length) {
  const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
  const uint8_t* mask = kLeadingOnes.data() + 32 - length;
  const __m128i low = _mm_and_si128(ToLowerAscii16(load(name)), load(mask));
  const __m128i high = _mm_and_si128(ToLowerAscii16(load(name + 16)), load(mask + 16));
  const __m128i equal = _mm_and_si128(_mm_cmpeq_epi8(low, load(row.text)), _mm_cmpeq_epi8(high, load(row.text + 16)));
  return _mm_movemask_epi8(equal) == 0xFFFF;
}

}  // namespace internal
#endif

// The id of `name`, kUnknown when it is none of ours. `readable` is how many bytes may be read from name.data() on.
inline FieldId LookupField(std::string_view name, size_t readable) {
  if (name.size() < 2 || name.size() > kFieldNameWidth) return FieldId::kUnknown;
  const uint8_t candidate = kFieldSlots[FieldSlot(name.data(), name.size())];
  const FieldNameRow& row = kFieldNameRows[candidate];
  if (row.length != name.size()) return FieldId::kUnknown;  // also for candidate 0, whose length is 0
#if defined(__SSE2__)
  if (readable >= kFieldNameWidth) {
    return internal::EqualsRow(name.data(), row, name.size()) ? static_cast<FieldId>(candidate) : FieldId::kUnknown;
  }
#else
  static_cast<void>(readable);
#endif
  const bool equal = base::EqualsIgnoreCase(name, std::string_view(row.text, row.length));
  return equal ? static_cast<FieldId>(candidate) : FieldId::kUnknown;
}

}  // namespace fastserve::http
