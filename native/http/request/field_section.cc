// One loop over the lines; each line is name, colon, value, CRLF.
#include "native/http/request/field_section.h"

#include <algorithm>

#include "native/http/fields/field_lookup.h"
#include "native/http/grammar/scan.h"

namespace fastserve::http {

namespace {

constexpr ptrdiff_t kMaxNameLength = 255;  // Field::name_length is one byte

// Checks the token at `at` and what follows it; *colon becomes the position of its ":".
ParseResult ScanName(const char* at, const char* end, const char** colon) {
  const char* const stop = SkipClass(kTokenByte, at, std::min(end, at + std::min(end - at, kMaxNameLength + 1)));
  if (stop - at > kMaxNameLength) return Bad(HttpError::kHeadTooLarge);
  if (stop == end) return kPartialResult;
  if (stop == at || *stop != ':') return Bad(HttpError::kBadField);
  *colon = stop;
  return kDoneResult;
}

// The name of the line at `at`, in a window from `begin` to `end`. A name that equals one of ours needs no further check of its bytes.
ParseResult ParseName(const char* begin, const char* at, const char* end, const char** colon, FieldId* id) {
  const char* const found = FindColonInWindow(begin, at, end);
  if (found != nullptr) {
    *id = LookupField({at, static_cast<size_t>(found - at)}, static_cast<size_t>(end - at));
    *colon = found;
    if (*id != FieldId::kUnknown) return kDoneResult;
    return found != at && SkipClass(kTokenByte, at, found) == found ? kDoneResult : Bad(HttpError::kBadField);
  }
  const ParseResult result = ScanName(at, end, colon);
  if (result.status == ParseStatus::kDone) {
    *id = LookupField({at, static_cast<size_t>(*colon - at)}, static_cast<size_t>(end - at));
  }
  return result;
}

constexpr bool IsOws(char c) { return c == ' ' || c == '\t'; }

// The value behind a colon at `at`, without OWS; *next becomes the start of the next line.
ParseResult ParseValue(const char* begin, const char* at, const char* end, std::string_view* value, const char** next) {
  while (at != end && IsOws(*at)) ++at;
  const char* stop = ScanFieldValue(begin, at, end);
  if (stop == end) return kPartialResult;
  if (*stop != '\r') return Bad(HttpError::kBadField);
  if (end - stop < 2) return kPartialResult;
  if (stop[1] != '\n') return Bad(HttpError::kBadField);
  *next = stop + 2;
  while (stop != at && IsOws(stop[-1])) --stop;
  *value = {at, static_cast<size_t>(stop - at)};
  return kDoneResult;
}

// The CR at `at` must begin the empty line.
ParseResult ParseHeadEnd(const char* at, const char* end, const char* begin, FieldBlock* head) {
  if (end - at < 2) return kPartialResult;
  if (at[1] != '\n') return Bad(HttpError::kBadField);
  head->head_length = static_cast<uint32_t>(at + 2 - begin);
  return kDoneResult;
}

}  // namespace

ParseResult ParseFieldSection(std::string_view window, size_t offset, const HeadLimits& limits, FieldBlock* head,
                              SpecialFields* special) {
  const char* const begin = window.data();
  const char* const end = begin + window.size();
  const char* at = begin + offset;
  const uint16_t limit = std::min(limits.field_count, kMaxFields);
  head->known = 0;
  for (uint16_t index = 0;; ++index) {
    head->field_count = index;
    if (at == end) return kPartialResult;
    if (*at == '\r') return ParseHeadEnd(at, end, begin, head);
    if (index == limit) return Bad(HttpError::kTooManyFields);

    const char* colon = nullptr;
    FieldId id = FieldId::kUnknown;
    ParseResult result = ParseName(begin, at, end, &colon, &id);
    if (result.status != ParseStatus::kDone) return result;
    std::string_view value;
    const char* next = nullptr;
    result = ParseValue(begin, colon + 1, end, &value, &next);
    if (result.status != ParseStatus::kDone) return result;

    const auto raw_id = static_cast<uint8_t>(id);
    head->fields[index] = {static_cast<uint16_t>(at - begin), static_cast<uint8_t>(colon - at), raw_id,
                           static_cast<uint16_t>(value.data() - begin), static_cast<uint16_t>(value.size())};
    head->known |= BitOf(id);
    if (raw_id != 0 && raw_id < kSpecialFields && special->count[raw_id]++ == 0) special->first[raw_id] = index;
    at = next;
  }
}

}  // namespace fastserve::http
