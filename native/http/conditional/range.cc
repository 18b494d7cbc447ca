// RFC 9110 14.1.2, 14.2 and 13.1.5: byte ranges, and whether If-Range lets them apply.
#include <algorithm>

#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/http/conditional/conditional.h"
#include "native/http/grammar/date.h"
#include "native/http/grammar/entity_tag.h"

namespace fastserve::http {

namespace {

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
  return validators.last_modified >= 0 && !validators.date_is_shared && ParseHttpDate(value, &date) &&
         date == validators.last_modified && validators.last_modified < base::WallSeconds();
}

// Takes *DIGIT from *text. A number above 2^64-1 becomes 2^64-1: behind the end of anything. False without a digit.
bool TakeNumber(std::string_view* text, uint64_t* value) {
  constexpr uint64_t kLargestTenth = (UINT64_MAX - 9) / 10;  // any digit may follow it
  size_t digits = 0;
  *value = 0;
  for (; digits < text->size() && (*text)[digits] >= '0' && (*text)[digits] <= '9'; ++digits) {
    const auto digit = static_cast<uint64_t>((*text)[digits] - '0');
    if (*value > kLargestTenth) [[unlikely]] {
      *value = *value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *value * 10 + digit;
    } else {
      *value = *value * 10 + digit;
    }
  }
  text->remove_prefix(digits);
  return digits > 0;
}

enum class SpecStatus : uint8_t { kIgnoreAll, kUnsatisfiable, kSatisfiable };

// "-3": the last three bytes.
SpecStatus LastBytes(std::string_view count_text, uint64_t size, ByteRange* range) {
  uint64_t count = 0;
  if (!TakeNumber(&count_text, &count) || !count_text.empty()) return SpecStatus::kIgnoreAll;
  if (count == 0) return SpecStatus::kUnsatisfiable;
  if (size == 0) return SpecStatus::kIgnoreAll;  // satisfiable, but no Content-Range can describe it
  const uint64_t length = std::min(count, size);
  *range = {size - length, length};
  return SpecStatus::kSatisfiable;
}

// "0-4" or "5-".
SpecStatus BytesFrom(std::string_view text, uint64_t size, ByteRange* range) {
  uint64_t first = 0;
  if (!TakeNumber(&text, &first) || !text.starts_with('-')) return SpecStatus::kIgnoreAll;
  text.remove_prefix(1);
  uint64_t last = UINT64_MAX;
  if (!text.empty() && (!TakeNumber(&text, &last) || !text.empty() || last < first)) return SpecStatus::kIgnoreAll;
  if (first >= size) return SpecStatus::kUnsatisfiable;
  *range = {first, std::min(last, size - 1) - first + 1};
  return SpecStatus::kSatisfiable;
}

bool Touch(const ByteRange& a, const ByteRange& b) {
  return a.first <= b.first + b.length && b.first <= a.first + a.length;
}

// Adds `range` to the set. The ranges that it touches become one with it, in the place of the first of them; as those
// did not touch each other, nothing but `range` itself can connect them.
void AddRange(const ByteRange& range, RangeResult* set) {
  ByteRange merged = range;
  uint8_t kept = 0;
  uint8_t place = set->count;
  for (uint8_t i = 0; i < set->count; ++i) {
    const ByteRange other = set->ranges[i];
    if (!Touch(other, range)) {
      set->ranges[kept++] = other;
      continue;
    }
    const uint64_t end = std::max(merged.first + merged.length, other.first + other.length);
    merged.first = std::min(merged.first, other.first);
    merged.length = end - merged.first;
    if (place == set->count) place = kept++;
  }
  if (place == set->count) place = kept++;
  set->ranges[place] = merged;
  set->count = kept;
}

// The ranges of `text`, added to the empty *set: 1#range-spec, in which empty elements count for nothing (RFC 9110 5.6.1.2).
RangeStatus ReadRanges(std::string_view text, uint64_t size, RangeResult* set) {
  if (text.starts_with(' ') || text.starts_with('\t')) return RangeStatus::kWhole;  // the list allows space around commas only
  size_t specs = 0;
  uint64_t asked_bytes = 0;
  while (true) {
    const size_t comma = text.find(',');
    const std::string_view spec = base::TrimOws(text.substr(0, comma));
    if (!spec.empty()) {
      ByteRange range{};
      const SpecStatus status =
          spec.starts_with('-') ? LastBytes(spec.substr(1), size, &range) : BytesFrom(spec, size, &range);
      if (status == SpecStatus::kIgnoreAll || ++specs > kMaxRanges) return RangeStatus::kWhole;
      if (status == SpecStatus::kSatisfiable) {
        if (range.length > size - asked_bytes) return RangeStatus::kWhole;
        asked_bytes += range.length;
        AddRange(range, set);
      }
    }
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (specs == 0) return RangeStatus::kWhole;
  return set->count > 0 ? RangeStatus::kPartial : RangeStatus::kUnsatisfiable;
}

}  // namespace

RangeResult EvaluateRange(const RequestHead& head, std::string_view head_bytes, const Validators& validators,
                          uint64_t size) {
  static constexpr std::string_view kUnit = "bytes=";
  RangeResult set;
  if (head.method != Method::kGet) return set;
  bool repeated = false;
  const Field* const range = FindSingle(head, FieldId::kRange, &repeated);
  if (range == nullptr) return set;
  const Field* const if_range = FindSingle(head, FieldId::kIfRange, &repeated);
  if (repeated) return set;
  if (if_range != nullptr &&
      !IfRangeHolds(head_bytes.substr(if_range->value_offset, if_range->value_length), validators)) {
    return set;
  }
  const std::string_view text = head_bytes.substr(range->value_offset, range->value_length);
  if (!base::StartsWithIgnoreCase(text, kUnit)) return set;
  set.status = ReadRanges(text.substr(kUnit.size()), size, &set);
  if (set.status != RangeStatus::kPartial) set.count = 0;
  return set;
}

}  // namespace fastserve::http
