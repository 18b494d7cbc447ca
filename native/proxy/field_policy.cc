#include "native/proxy/field_policy.h"

#include <algorithm>

#include "native/base/bytes.h"

namespace fastserve::proxy {

namespace {

// Calls `each` with every option of the block's Connection lines until it returns true.
template <typename Each>
bool AnyOption(const http::FieldBlock& block, std::string_view head_bytes, Each&& each) {
  for (uint16_t i = 0; i < block.field_count; ++i) {
    const http::Field& field = block.fields[i];
    if (field.name_id != static_cast<uint8_t>(http::FieldId::kConnection)) continue;
    std::string_view options = head_bytes.substr(field.value_offset, field.value_length);
    while (!options.empty()) {
      const size_t comma = std::min(options.find(','), options.size());
      if (each(base::TrimOws(options.substr(0, comma)))) return true;
      options.remove_prefix(std::min(comma + 1, options.size()));
    }
  }
  return false;
}

}  // namespace

bool IsHopByHopName(std::string_view name) {
  return name.size() >= 18 && base::StartsWithIgnoreCase(name, "proxy-") &&
         (base::EqualsIgnoreCase(name, "proxy-authenticate") || base::EqualsIgnoreCase(name, "proxy-authorization") ||
          base::EqualsIgnoreCase(name, "proxy-authentication-info"));
}

Nominations::Nominations(const http::FieldBlock& block, std::string_view head_bytes)
    : block_(block), head_bytes_(head_bytes) {
  if (!block.MayHave(http::BitOf(http::FieldId::kConnection))) return;
  any_ = AnyOption(block, head_bytes, [](std::string_view option) {
    return !option.empty() && !base::EqualsIgnoreCase(option, "close") && !base::EqualsIgnoreCase(option, "keep-alive");
  });
}

bool Nominations::Names(std::string_view name) const {
  return AnyOption(block_, head_bytes_, [name](std::string_view option) { return base::EqualsIgnoreCase(option, name); });
}

}  // namespace fastserve::proxy
