// What must hold of the fields that choose a representation and a part of it (ranges, conditions, Accept-Encoding, Accept),
// whatever a client sends: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/conditional/conditional.h"
#include "native/http/fields/accept.h"
#include "native/http/fields/accept_encoding.h"
#include "native/http/fields/weighted_list.h"
#include "native/http/request/request_parser.h"

namespace fuzz {

using namespace fastserve::http;

// Each returns "" when all is well, else what is not.

inline std::string FindRangeFault(const RequestHead& head, std::string_view bytes, uint64_t size) {
  const Validators validators{"\"a\"", 784111777, false};
  EvaluatePreconditions(head, bytes, validators);
  const RangeResult set = EvaluateRange(head, bytes, validators, size);
  if ((set.status == RangeStatus::kPartial) != (set.count > 0)) return "an answer with ranges that is not partial, or the reverse";
  if (set.count > kMaxRanges) return "too many ranges";
  for (uint8_t i = 0; i < set.count; ++i) {
    const ByteRange& range = set.ranges[i];
    if (range.length == 0 || range.first >= size || range.length > size - range.first) return "a range outside";
    for (uint8_t j = 0; j < i; ++j) {
      const ByteRange& other = set.ranges[j];
      const bool apart = range.first + range.length < other.first || other.first + other.length < range.first;
      if (!apart) return "two ranges touch";
    }
  }
  return "";
}

inline std::string FindChoiceFault(const RequestHead& head, std::string_view bytes) {
  const CodingWeights weights = ReadAcceptEncoding(head, bytes);
  constexpr Coding kOffered[] = {Coding::kBrotli, Coding::kZstd, Coding::kGzip};
  const Coding chosen = ChooseCoding(weights, kOffered);
  for (const uint16_t weight : weights) {
    if (weight > kFullWeight) return "a weight above one";
  }
  const uint16_t weight = weights[static_cast<size_t>(chosen)];
  if (chosen != Coding::kIdentity && weight == 0) return "a coding that is not acceptable";
  for (const Coding coding : kOffered) {
    if (weights[static_cast<size_t>(coding)] > weight) return "a heavier coding was passed over";
  }
  const uint16_t html = MediaTypeWeight(head, bytes, "text", "html");
  if (html > kFullWeight) return "a weight above one";
  return NamesMediaType(head, bytes, "text", "html") && html == 0 ? "a named type that is not acceptable" : "";
}

// `lines`: a block of field lines. What the parser does not take has no meaning to get wrong.
inline std::string FindNegotiationFault(std::string_view lines) {
  constexpr uint64_t kSizes[] = {0, 1, 10, 1000, UINT64_MAX};
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n\r\n";
  RequestHead head;
  if (ParseRequestHead(bytes, 0, {}, &head).status != ParseStatus::kDone) return "";
  for (const uint64_t size : kSizes) {
    const std::string fault = FindRangeFault(head, bytes, size);
    if (!fault.empty()) return fault;
  }
  return FindChoiceFault(head, bytes);
}

}  // namespace fuzz
