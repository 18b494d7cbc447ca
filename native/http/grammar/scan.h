// The three scans on the hot path of the request parser, 16 bytes a step where there is SSE2. Pure, any thread.
//
// No scan reads a byte at or behind `end`: what is left behind the last whole block is taken byte by byte, or by a block that
// ends where the text ends and begins before what is looked at. Without SSE2 the byte tables serve for all of it:
// parser_benchmark measures both.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/http/grammar/character_class.h"

namespace fastserve::http {

// What stands in a request-target.
struct TargetMarks {
  const char* query = nullptr;  // the first "?"
  bool is_plain = true;         // neither "%" nor "/." stands in it: its path is in normal form as it is
};

// The first byte of [at, end) that may not stand in a request-target (a space ends it), or `end`. Fills *marks from the bytes
// before it.
inline const char* ScanTarget(const char* at, const char* end, TargetMarks* marks) {
  bool after_slash = false;
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto places_of = [block](char byte) {
      return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(byte))));
    };
    // Signed: bytes from 0x80 on are negative, hence below "!" like the controls and the space.
    __m128i stop = _mm_cmplt_epi8(block, _mm_set1_epi8('!'));
    stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
    stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, _mm_set1_epi8('#')));
    const unsigned stops = static_cast<unsigned>(_mm_movemask_epi8(stop));
    const unsigned before = stops != 0 ? (stops & -stops) - 1 : 0xFFFF;
    const unsigned slashes = places_of('/');
    const unsigned hidden = places_of('.') & (slashes << 1 | static_cast<unsigned>(after_slash));
    if (((hidden | places_of('%')) & before) != 0) marks->is_plain = false;
    const unsigned queries = places_of('?') & before;
    if (queries != 0 && marks->query == nullptr) marks->query = at + __builtin_ctz(queries);
    if (stops != 0) return at + __builtin_ctz(stops);
    after_slash = (slashes >> 15) != 0;
  }
#endif
  for (; at != end && Is(kTargetByte, *at); ++at) {
    if (*at == '?' && marks->query == nullptr) marks->query = at;
    if (*at == '%' || (*at == '.' && after_slash)) marks->is_plain = false;
    after_slash = *at == '/';
  }
  return at;
}

#if defined(__SSE2__)
namespace internal {

inline __m128i Load16(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

// A bit for each of 16 bytes that may not stand in a field value.
inline unsigned ValueStops(__m128i block) {
  __m128i stop = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);  // unsigned: byte <= 0x1F
  stop = _mm_andnot_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\t')), stop);
  stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
  return static_cast<unsigned>(_mm_movemask_epi8(stop));
}

// A bit for each ":" of 32 bytes.
inline uint32_t Colons(const char* at) {
  const __m128i colon = _mm_set1_epi8(':');
  const auto places = [&](const char* half) {
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(Load16(half), colon)));
  };
  return places(at) | places(at + 16) << 16;
}

}  // namespace internal
#endif

// The first byte of [at, end) that may not stand in a field value (CR ends it), or `end`. What stands from `begin` on, which is
// no later than `at`, may be read.
inline const char* ScanFieldValue(const char* begin, const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const unsigned stops = internal::ValueStops(internal::Load16(at));
    if (stops != 0) return at + __builtin_ctz(stops);
  }
  if (end - begin >= 16) {
    const unsigned stops = internal::ValueStops(internal::Load16(end - 16)) >> (16 - (end - at));
    return stops == 0 ? end : at + __builtin_ctz(stops);
  }
#else
  static_cast<void>(begin);
#endif
  return SkipClass(kFieldValueByte, at, end);
}

constexpr ptrdiff_t kColonWindow = 32;

// The first ":" among the first kColonWindow bytes of [at, end); nullptr when there is none. What stands from `begin` on, which
// is no later than `at`, may be read.
inline const char* FindColonInWindow(const char* begin, const char* at, const char* end) {
#if defined(__SSE2__)
  uint32_t found = 0;
  if (end - at >= kColonWindow) {
    found = internal::Colons(at);
  } else if (at != end && end - begin >= kColonWindow) {
    found = internal::Colons(end - kColonWindow) >> (kColonWindow - (end - at));
  } else {
    return static_cast<const char*>(std::memchr(at, ':', static_cast<size_t>(end - at)));
  }
  return found == 0 ? nullptr : at + __builtin_ctz(found);
#else
  static_cast<void>(begin);
  return static_cast<const char*>(std::memchr(at, ':', static_cast<size_t>(std::min(end - at, kColonWindow))));
#endif
}

}  // namespace fastserve::http
