// Proves that the head of a response record is the one that its producer wrote, at the place where it is read (Q13): memory that was
// overwritten, and a record that is read again or out of turn, do not pass. No defence against who can write seals himself. Pure, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/base/folded_product.h"
#include "native/queue/layout.h"

namespace fastserve::queue {

// For `record` at the ring position `position` (its low 32 bits); the seal that it has does not count.
inline uint64_t SealOf(const ResponseRecord& record, uint32_t position) {
  static_assert(offsetof(ResponseRecord, seal) == 40, "the words before the seal are all of the head");
  constexpr uint64_t kStart = 0x9e3779b97f4a7c15u;
  constexpr uint64_t kMix = 0xd6e8feb86659fd93u;
  uint64_t words[5];
  std::memcpy(words, &record, sizeof words);
  uint64_t seal = kStart ^ position;
  for (const uint64_t word : words) seal = base::FoldedProduct(seal ^ word, kMix);
  return seal;
}

// Whether the record can be read: its seal is right, and what it says fits into it.
inline bool IsSound(const ResponseRecord& record, uint32_t position) {
  if (record.length < sizeof record || record.seal != SealOf(record, position)) return false;
  const uint64_t payload = record.length - sizeof record;
  if (record.head_length > payload) return false;
  const bool has_inline_body = record.holder == BodyHolder::kInline &&
                               (record.kind == ResponseKind::kFull || record.kind == ResponseKind::kStreamChunk ||
                                record.kind == ResponseKind::kPhases);
  return !has_inline_body || record.body_length <= payload - record.head_length;
}

}  // namespace fastserve::queue
