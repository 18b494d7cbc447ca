// The field lines of a message head (RFC 9112 5): syntax only, no meaning. Pure, any thread.
#pragma once

#include <array>
#include <string_view>

#include "native/http/request/request_parser.h"

namespace fastserve::http {

// The fields that decide framing and routing are the first ids; the parser remembers where they stand.
constexpr size_t kSpecialFields = 6;
static_assert(static_cast<size_t>(FieldId::kExpect) == kSpecialFields - 1);

struct SpecialFields {
  std::array<uint16_t, kSpecialFields> count{};  // lines with this id
  std::array<uint16_t, kSpecialFields> first{};  // index into FieldBlock::fields, valid when count > 0

  uint16_t Count(FieldId id) const { return count[static_cast<size_t>(id)]; }
  uint16_t First(FieldId id) const { return first[static_cast<size_t>(id)]; }
};

// Parses field lines from `offset` through the empty line. Fills fields, field_count and head_length of *head.
// Like the request line, it decides from left to right: more input never changes a verdict of kBad.
ParseResult ParseFieldSection(std::string_view window, size_t offset, const HeadLimits& limits, FieldBlock* head,
                              SpecialFields* special);

}  // namespace fastserve::http
