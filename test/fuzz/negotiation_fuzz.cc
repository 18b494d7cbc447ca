// libFuzzer target: the fields that choose a representation and a part of it: ranges, conditions, Accept-Encoding, Accept.
// The input is a block of field lines; whatever the parser takes must lead to answers that can be sent.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "native/http/accept.h"
#include "native/http/accept_encoding.h"
#include "native/http/conditional.h"
#include "native/http/request_parser.h"
#include "native/http/weighted_list.h"

namespace {

using namespace fastserve::http;

constexpr uint64_t kSizes[] = {0, 1, 10, 1000, UINT64_MAX};

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "negotiation_fuzz: %s\n", what);
  std::abort();
}

void CheckRanges(const RequestHead& head, std::string_view bytes, uint64_t size) {
  const Validators validators{"\"a\"", 784111777, false};
  EvaluatePreconditions(head, bytes, validators);
  const RangeResult set = EvaluateRange(head, bytes, validators, size);
  Require((set.status == RangeStatus::kPartial) == (set.count > 0), "only a partial answer has ranges");
  Require(set.count <= kMaxRanges, "too many ranges");
  for (uint8_t i = 0; i < set.count; ++i) {
    const ByteRange& range = set.ranges[i];
    Require(range.length > 0 && range.first < size && range.length <= size - range.first, "a range outside");
    for (uint8_t j = 0; j < i; ++j) {
      const ByteRange& other = set.ranges[j];
      const bool apart = range.first + range.length < other.first || other.first + other.length < range.first;
      Require(apart, "two ranges touch");
    }
  }
}

void CheckChoices(const RequestHead& head, std::string_view bytes) {
  const CodingWeights weights = ReadAcceptEncoding(head, bytes);
  constexpr Coding kOffered[] = {Coding::kBrotli, Coding::kZstd, Coding::kGzip};
  const Coding chosen = ChooseCoding(weights, kOffered);
  for (const uint16_t weight : weights) {
    Require(weight <= kFullWeight, "a weight above one");
  }
  const uint16_t weight = weights[static_cast<size_t>(chosen)];
  Require(chosen == Coding::kIdentity || weight > 0, "a coding that is not acceptable");
  for (const Coding coding : kOffered) {
    const bool heavier = weights[static_cast<size_t>(coding)] > weight;
    Require(!heavier, "a heavier coding was passed over");
  }
  Require(MediaTypeWeight(head, bytes, "text", "html") <= kFullWeight, "a weight above one");
  if (NamesMediaType(head, bytes, "text", "html")) {
    Require(MediaTypeWeight(head, bytes, "text", "html") > 0, "a named type is acceptable");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
  bytes.append(reinterpret_cast<const char*>(data), size).append("\r\n\r\n");
  RequestHead head;
  if (ParseRequestHead(bytes, 0, {}, &head).status != ParseStatus::kDone) return 0;
  for (const uint64_t file_size : kSizes) CheckRanges(head, bytes, file_size);
  CheckChoices(head, bytes);
  return 0;
}
