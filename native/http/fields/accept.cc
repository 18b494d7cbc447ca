#include "native/http/fields/accept.h"

#include "native/base/bytes.h"
#include "native/http/fields/weighted_list.h"

namespace fastserve::http {
namespace {

enum class Cover : uint8_t { kNone, kEverything /* any type */, kType /* "text/any" */, kExactly };

Cover CoverOf(std::string_view range, std::string_view type, std::string_view subtype) {
  const size_t slash = range.find('/');
  if (slash == std::string_view::npos) return Cover::kNone;
  const std::string_view range_type = range.substr(0, slash);
  const std::string_view range_subtype = range.substr(slash + 1);
  if (range_type == "*") return range_subtype == "*" ? Cover::kEverything : Cover::kNone;
  if (!base::EqualsIgnoreCase(range_type, type)) return Cover::kNone;
  if (range_subtype == "*") return Cover::kType;
  return base::EqualsIgnoreCase(range_subtype, subtype) ? Cover::kExactly : Cover::kNone;
}

// The weight that the most specific range gives; of several equally specific ones the last.
uint16_t MostSpecific(const RequestHead& head, std::string_view head_bytes, std::string_view type,
                      std::string_view subtype, Cover* best) {
  uint16_t weight = 0;
  *best = Cover::kNone;
  ForEachWeightedMember(head, head_bytes, FieldId::kAccept, [&](const WeightedMember& member) {
    const Cover cover = CoverOf(member.value, type, subtype);
    if (cover == Cover::kNone || cover < *best) return;
    *best = cover;
    weight = member.weight;
  });
  return weight;
}

}  // namespace

uint16_t MediaTypeWeight(const RequestHead& head, std::string_view head_bytes, std::string_view type,
                         std::string_view subtype) {
  if (head.Find(FieldId::kAccept) == nullptr) return kFullWeight;
  Cover cover;
  return MostSpecific(head, head_bytes, type, subtype, &cover);
}

bool NamesMediaType(const RequestHead& head, std::string_view head_bytes, std::string_view type,
                    std::string_view subtype) {
  Cover cover;
  const uint16_t weight = MostSpecific(head, head_bytes, type, subtype, &cover);
  return cover == Cover::kExactly && weight > 0;
}

}  // namespace fastserve::http
