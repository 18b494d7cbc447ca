// RFC 9110 13: preconditions. Ranges are in range.cc.
#include "native/http/conditional/conditional.h"

#include "native/base/bytes.h"
#include "native/http/grammar/date.h"
#include "native/http/grammar/entity_tag.h"

namespace fastserve::http {

namespace {

using TagComparison = bool (*)(const EntityTag&, const EntityTag&);

struct Conditions {
  const RequestHead& head;
  std::string_view bytes;
  const Validators& validators;

  std::string_view ValueOf(const Field& field) const { return bytes.substr(field.value_offset, field.value_length); }
  bool MayHave(FieldId id) const { return head.MayHave(BitOf(id)); }
  bool Has(FieldId id) const { return head.Find(id) != nullptr; }
};

// What is known of a list of tags while its lines are read.
struct TagList {
  bool matched = false;
  bool malformed = false;
  int members = 0;
  bool any = false;  // "*": allowed only as the single member

  bool NamesCurrent() const {
    if (malformed || (any && members != 1)) return false;
    return any || matched;
  }
};

// One line: 1#entity-tag or "*"; empty list elements count for nothing (RFC 9110 5.6.1.2).
void ReadTagLine(std::string_view line, const EntityTag& current, TagComparison equals, TagList* list) {
  while (true) {
    line = base::TrimOws(line);
    if (line.starts_with('*')) {
      line.remove_prefix(1);
      list->any = true;
      ++list->members;
    } else if (!line.empty() && line.front() != ',') {
      EntityTag tag;
      if (!TakeEntityTag(&line, &tag)) break;
      list->matched |= equals(tag, current);
      ++list->members;
    }
    line = base::TrimOws(line);
    if (line.empty()) return;
    if (line.front() != ',') break;
    line.remove_prefix(1);
  }
  list->malformed = true;
}

// True when the lines of `id` taken together name the current representation. A malformed list names nothing.
bool ListMatches(const Conditions& conditions, FieldId id, TagComparison equals) {
  const EntityTag current = ParseEntityTag(conditions.validators.etag);
  TagList list;
  for (uint16_t i = 0; i < conditions.head.field_count; ++i) {
    const Field& field = conditions.head.fields[i];
    if (field.name_id == static_cast<uint8_t>(id)) ReadTagLine(conditions.ValueOf(field), current, equals, &list);
  }
  return list.NamesCurrent();
}

// The date of the one line of `id`. False when the representation has no date, or the field none to compare with.
bool ReadDate(const Conditions& conditions, FieldId id, int64_t* date) {
  if (!conditions.MayHave(id)) return false;
  const Field* found = nullptr;
  for (uint16_t i = 0; i < conditions.head.field_count; ++i) {
    const Field& field = conditions.head.fields[i];
    if (field.name_id != static_cast<uint8_t>(id)) continue;
    if (found != nullptr) return false;  // not a list field: two lines are not a date
    found = &field;
  }
  if (found == nullptr || conditions.validators.last_modified < 0) return false;
  const std::string_view text = conditions.ValueOf(*found);
  const std::string_view told = conditions.validators.last_modified_text;
  if (!told.empty() && text == told) {  // clients give back what they got: nothing to read then
    *date = conditions.validators.last_modified;
    return true;
  }
  return ParseHttpDate(text, date);
}

}  // namespace

bool IfNoneMatchNames(std::string_view value, std::string_view etag) {
  TagList list;
  ReadTagLine(value, ParseEntityTag(etag), WeakEquals, &list);
  return list.NamesCurrent();
}

Precondition EvaluatePreconditions(const RequestHead& head, std::string_view head_bytes,
                                   const Validators& validators) {
  const Conditions conditions{head, head_bytes, validators};
  const bool reads = head.method == Method::kGet || head.method == Method::kHead;
  int64_t date = 0;
  // RFC 9110 13.2.2, steps 1 and 2.
  if (conditions.Has(FieldId::kIfMatch)) {
    if (!ListMatches(conditions, FieldId::kIfMatch, StrongEquals)) return Precondition::kFailed;
  } else if (ReadDate(conditions, FieldId::kIfUnmodifiedSince, &date) && validators.last_modified > date) {
    return Precondition::kFailed;
  }
  // Steps 3 and 4.
  if (conditions.Has(FieldId::kIfNoneMatch)) {
    if (!ListMatches(conditions, FieldId::kIfNoneMatch, WeakEquals)) return Precondition::kProceed;
    return reads ? Precondition::kNotModified : Precondition::kFailed;
  }
  if (reads && ReadDate(conditions, FieldId::kIfModifiedSince, &date) && validators.last_modified <= date) {
    return Precondition::kNotModified;
  }
  return Precondition::kProceed;
}

}  // namespace fastserve::http
