// From a field name on the wire to its FieldId. Pure, any thread.
//
// DESIGN: a perfect hash over length, first and last-but-one byte finds the one candidate; a comparison of 32 bytes at once, with
// case taken out by an "or", decides. The multipliers were found by trying: the static_assert in field_names.cc
// says when an appended name needs others.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

constexpr size_t kFieldNameWidth = 32;  // longest known name, rounded up to whole SSE registers
constexpr size_t kFieldSlotCount = 256;

// A name of ours, and what is or-ed to a name on the wire before the two are compared: 0x20 where a letter stands, which makes it
// lower case and no other byte a letter, and 0xFF behind the name, in both, where everything is equal.
struct alignas(16) FieldNameRow {
  uint8_t text[kFieldNameWidth];
  uint8_t either_case[kFieldNameWidth];
};
struct FieldCandidate {
  uint8_t id;      // FieldId
  uint8_t length;  // of its name; 0: no name of ours has this slot
};
extern const std::array<FieldNameRow, static_cast<size_t>(FieldId::kCount)> kFieldNameRows;
extern const std::array<FieldCandidate, kFieldSlotCount> kFieldSlots;

// Needs length >= 2. Case does not matter: "|32" maps both cases of a letter to one value.
constexpr size_t FieldSlot(const char* name, size_t length) {
  const uint32_t first = static_cast<uint8_t>(name[0]) | 32u;
  const uint32_t last_but_one = static_cast<uint8_t>(name[length - 2]) | 32u;
  const uint32_t mixed = static_cast<uint32_t>(length) * 22 + first * 678 + last_but_one * 934;
  return (mixed ^ (mixed >> 5)) % kFieldSlotCount;
}

namespace internal {

// Compares all kFieldNameWidth bytes from `name`.
inline bool EqualsRow(const char* name, const FieldNameRow& row) {
#if defined(__SSE2__)
  const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
  const auto equal = [&](size_t half) {
    return _mm_cmpeq_epi8(_mm_or_si128(load(name + half), load(row.either_case + half)), load(row.text + half));
  };
  return _mm_movemask_epi8(_mm_and_si128(equal(0), equal(16))) == 0xFFFF;
#else
  uint8_t different = 0;
  for (size_t i = 0; i < kFieldNameWidth; ++i) different |= (static_cast<uint8_t>(name[i]) | row.either_case[i]) ^ row.text[i];
  return different == 0;
#endif
}

struct WideName {
  char bytes[kFieldNameWidth];
};

// A copy of a name of 2 to kFieldNameWidth bytes in a full width, by two moves that overlap.
inline WideName Widen(std::string_view name) {
  WideName wide{};
  const size_t size = name.size();
  const auto copy_ends = [&]<typename Unit>(Unit unit) {
    std::memcpy(&unit, name.data() + size - sizeof unit, sizeof unit);
    Unit first;
    std::memcpy(&first, name.data(), sizeof first);
    std::memcpy(wide.bytes, &first, sizeof first);
    std::memcpy(wide.bytes + size - sizeof unit, &unit, sizeof unit);
  };
  if (size >= 16) {
    copy_ends(std::array<uint64_t, 2>{});
  } else if (size >= 8) {
    copy_ends(uint64_t{});
  } else if (size >= 4) {
    copy_ends(uint32_t{});
  } else {
    copy_ends(uint16_t{});
  }
  return wide;
}

}  // namespace internal

// The id of `name`, kUnknown when it is none of ours. `readable` is how many bytes may be read from name.data() on.
inline FieldId LookupField(std::string_view name, size_t readable) {
  if (name.size() < 2) return FieldId::kUnknown;
  const FieldCandidate candidate = kFieldSlots[FieldSlot(name.data(), name.size())];
  if (candidate.length != name.size()) return FieldId::kUnknown;  // also where nobody has the slot
  const FieldNameRow& row = kFieldNameRows[candidate.id];
  if (readable >= kFieldNameWidth) {
    return internal::EqualsRow(name.data(), row) ? static_cast<FieldId>(candidate.id) : FieldId::kUnknown;
  }
  const internal::WideName wide = internal::Widen(name);
  return internal::EqualsRow(wide.bytes, row) ? static_cast<FieldId>(candidate.id) : FieldId::kUnknown;
}

}  // namespace fastserve::http
