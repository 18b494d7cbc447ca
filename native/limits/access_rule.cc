#include "native/limits/access_rule.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/field_list.h"

namespace fastserve::limits {

namespace {

// Looks at every byte, whatever it finds.
bool EqualsInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

// Of several lines with the name each one must fit: what stands behind may read any of them.
bool HasField(const http::RequestHead& head, std::string_view head_bytes, const RequiredField& wanted) {
  bool found = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    if (!base::EqualsIgnoreCase(http::NameOf(field, head_bytes), wanted.name)) continue;
    const std::string_view value = http::ValueOf(field, head_bytes);
    if (!wanted.value.empty() && !EqualsInConstantTime(value, wanted.value)) return false;
    found = true;
  }
  return found;
}

}  // namespace

uint16_t AccessRule::Judge(const http::RequestHead& head, std::string_view head_bytes, const base::IpAddress& client) const {
  constexpr uint16_t kForbidden = 403;
  constexpr uint16_t kMethodNotAllowed = 405;
  if (deny_all || deny.Contains(client) || (has_allow && !allow.Contains(client))) return kForbidden;
  if (methods != 0 && (methods >> static_cast<unsigned>(head.method) & 1) == 0) return kMethodNotAllowed;
  const bool complete = std::ranges::all_of(
      fields, [&](const RequiredField& field) { return HasField(head, head_bytes, field); });
  return complete ? 0 : kForbidden;
}

}  // namespace fastserve::limits
