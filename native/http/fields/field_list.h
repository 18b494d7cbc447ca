// Reading the lines of a parsed head by what they are. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

// `head_bytes`: what the head was parsed from.
inline std::string_view NameOf(const Field& field, std::string_view head_bytes) {
  return head_bytes.substr(field.name_offset, field.name_length);
}
inline std::string_view ValueOf(const Field& field, std::string_view head_bytes) {
  return head_bytes.substr(field.value_offset, field.value_length);
}

// Appends the lines of a list field as one value (RFC 9110 5.3), empty ones left out. False when there was none.
bool AppendJoined(const FieldBlock& block, std::string_view head_bytes, FieldId id, std::string* out);

}  // namespace fastserve::http
