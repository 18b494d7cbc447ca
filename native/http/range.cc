// RFC 9110 14.1.2, 14.2 and 13.1.5: one byte range, and whether If-Range lets it apply.
#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/http/conditional.h"
#include "native/http/date.h"
#include "native/http/entity_tag.h"

namespace fastserve::http {

namespace {

constexpr RangeResult kWholeResult = {RangeStatus::kWhole};
constexpr RangeResult kUnsatisfiableResult = {RangeStatus::kUnsatisfiable};

// The one line of `id`; nullptr when there is none. *repeated tells of several.
const Field* FindSingle(const RequestHead& head, FieldId id, bool* repeated) {
  const Field* found = nullptr;
  *repeated = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    if (head.fields[i].name_id != static_cast<uint8_t>(id)) continue;
    *repeated = found != nullptr;
    found = &head.fields[i];
    if (*repeated) return nullptr;
  }
  return found;
}

// RFC 9110 13.1.5: a strong entity-tag, or exactly our date when that is a strong validator: the second it names is
// over, so nothing else can have been sent with it (8.8.2.2).
bool IfRangeHolds(std::string_view value, const Validators& validators) {
  const EntityTag tag = ParseEntityTag(value);
  if (!tag.opaque.empty()) return StrongEquals(tag, ParseEntityTag(validators.etag));
  int64_t date = 0;
  return validators.last_modified >= 0 && ParseHttpDate(value, &date) && date == validators.last_modified &&
         validators.last_modified < base::WallSeconds();
}

// Takes *DIGIT from *text. A number above 2^64-1 becomes 2^64-1: behind the end of anything. False without a digit.
bool TakeNumber(std::string_view* text, uint64_t* value) {
  size_t digits = 0;
  *value = 0;
  for (; digits < text->size() && (*text)[digits] >= '0' && (*text)[digits] <= '9'; ++digits) {
    const auto digit = static_cast<uint64_t>((*text)[digits] - '0');
    *value = *value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *value * 10 + digit;
  }
  text->remove_prefix(digits);
  return digits > 0;
}

// "-3": the last three bytes.
RangeResult LastBytes(std::string_view count_text, uint64_t size) {
  uint64_t count = 0;
  if (!TakeNumber(&count_text, &count) || !count_text.empty()) return kWholeResult;
  if (count == 0) return kUnsatisfiableResult;
  if (size == 0) return kWholeResult;  // satisfiable, but no Content-Range can describe it
  const uint64_t length = count < size ? count : size;
  return {RangeStatus::kPartial, size - length, length};
}

// "0-4" or "5-".
RangeResult BytesFrom(std::string_view text, uint64_t size) {
  uint64_t first = 0;
  if (!TakeNumber(&text, &first) || !text.starts_with('-')) return kWholeResult;
  text.remove_prefix(1);
  uint64_t last = UINT64_MAX;
  if (!text.empty() && (!TakeNumber(&text, &last) || !text.empty() || last < first)) return kWholeResult;
  if (first >= size) return kUnsatisfiableResult;
  if (last >= size) last = size - 1;
  return {RangeStatus::kPartial, first, last - first + 1};
}

}  // namespace

RangeResult EvaluateRange(const RequestHead& head, std::string_view head_bytes, const Validators& validators,
                          uint64_t size) {
  static constexpr std::string_view kUnit = "bytes=";
  if (head.method != Method::kGet) return kWholeResult;
  bool repeated = false;
  const Field* const range = FindSingle(head, FieldId::kRange, &repeated);
  if (range == nullptr) return kWholeResult;
  const Field* const if_range = FindSingle(head, FieldId::kIfRange, &repeated);
  if (repeated) return kWholeResult;
  if (if_range != nullptr &&
      !IfRangeHolds(head_bytes.substr(if_range->value_offset, if_range->value_length), validators)) {
    return kWholeResult;
  }
  std::string_view text = head_bytes.substr(range->value_offset, range->value_length);
  if (!base::EqualsIgnoreCase(text.substr(0, kUnit.size()), kUnit)) return kWholeResult;
  text.remove_prefix(kUnit.size());
  return text.starts_with('-') ? LastBytes(text.substr(1), size) : BytesFrom(text, size);
}

}  // namespace fastserve::http
