#include "native/http/fields/field_list.h"

namespace fastserve::http {

bool AppendJoined(const FieldBlock& block, std::string_view head_bytes, FieldId id, std::string* out) {
  bool any = false;
  for (uint16_t i = 0; i < block.field_count; ++i) {
    const Field& field = block.fields[i];
    if (field.name_id != static_cast<uint8_t>(id) || field.value_length == 0) continue;
    if (any) out->append(", ");
    out->append(ValueOf(field, head_bytes));
    any = true;
  }
  return any;
}

}  // namespace fastserve::http
