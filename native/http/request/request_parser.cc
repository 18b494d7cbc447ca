// Puts the parts of a request head together and enforces the limit on its whole.
#include "native/http/request/request_parser.h"

#include <algorithm>

#include "native/http/grammar/scan.h"
#include "native/http/request/field_section.h"
#include "native/http/request/head_semantics.h"
#include "native/http/request/request_line.h"

namespace fastserve::http {

namespace {

// Heads up to this size are parsed again with every piece that arrives.
constexpr size_t kAlwaysParsedBytes = 512;

// False when the bytes behind `scanned` can change nothing but the length of the unfinished line. Parsing again only
// when a line ends bounds the work for a head that arrives byte by byte to one parse a line.
bool DeservesParsing(std::string_view input, size_t scanned, const HeadLimits& limits) {
  if (input.size() <= kAlwaysParsedBytes || scanned == 0 || scanned >= input.size()) return true;
  const auto crosses = [&](size_t limit) { return scanned < limit && input.size() >= limit; };
  if (crosses(limits.head) || crosses(limits.request_line) || crosses(kMaxHeadBytes)) return true;
  const char* const end = input.data() + input.size();
  return ScanFieldValue(input.data(), input.data() + scanned, end) != end;
}

ParseResult ParseWindow(std::string_view window, const HeadLimits& limits, RequestHead* head) {
  size_t fields_offset = 0;
  ParseResult result = ParseRequestLine(window, limits, head, &fields_offset);
  if (result.status != ParseStatus::kDone) return result;
  SpecialFields special;
  result = ParseFieldSection(window, fields_offset, limits, head, &special);
  if (result.status != ParseStatus::kDone) return result;
  const HttpError error = InterpretHead(window.data(), special, head);
  if (error != HttpError::kNone) return {ParseStatus::kBad, error};
  return result;
}

}  // namespace

ParseResult ParseRequestHead(std::string_view input, size_t scanned, const HeadLimits& limits, RequestHead* head) {
  if (!DeservesParsing(input, scanned, limits)) return kPartialResult;
  const size_t head_limit = std::min(limits.head, kMaxHeadBytes);
  const ParseResult result = ParseWindow(input.substr(0, head_limit), limits, head);
  if (result.status == ParseStatus::kPartial && input.size() >= head_limit) {
    return {ParseStatus::kBad, HttpError::kHeadTooLarge};
  }
  return result;
}

size_t SkipEmptyLines(std::string_view input) {
  if (!input.starts_with("\r\n")) return 0;
  return input.substr(2).starts_with("\r\n") ? 4 : 2;
}

bool BeginsHeadRequest(std::string_view input) { return input.substr(SkipEmptyLines(input)).starts_with("HEAD "); }

}  // namespace fastserve::http
