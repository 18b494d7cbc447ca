// Lists whose members carry weights: Accept, Accept-Encoding and their like (RFC 9110 12.4.2, 5.6.1). Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

constexpr uint16_t kFullWeight = 1000;

struct WeightedMember {
  std::string_view value;  // without its parameters: "text/html", "gzip", "*"
  uint16_t weight;         // thousandths: 0 ("not acceptable") to kFullWeight; kFullWeight when none is given
};

// Takes the next member from *list; false at its end. Empty elements and members that are not well-formed (a weight
// such as "q=1.001", a parameter without "=") are passed over; parameters other than the weight are not looked at.
bool TakeWeightedMember(std::string_view* list, WeightedMember* member);

// Calls `each` with every member of the lines of `id`, which taken together are one list.
template <typename Each>
void ForEachWeightedMember(const RequestHead& head, std::string_view head_bytes, FieldId id, Each&& each) {
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const Field& field = head.fields[i];
    if (field.name_id != static_cast<uint8_t>(id)) continue;
    std::string_view list = head_bytes.substr(field.value_offset, field.value_length);
    for (WeightedMember member; TakeWeightedMember(&list, &member);) each(member);
  }
}

}  // namespace fastserve::http
