#include "native/proxy/rule.h"

#include <algorithm>

#include "native/base/bytes.h"

namespace fastserve::proxy {

bool RuleSpec::Lists(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [name](const std::string& one) { return base::EqualsIgnoreCase(one, name); });
}

}  // namespace fastserve::proxy
