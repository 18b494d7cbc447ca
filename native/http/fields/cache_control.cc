#include "native/http/fields/cache_control.h"

#include "native/base/bytes.h"

namespace fastserve::http {
namespace {

// Where the directive that begins `list` ends: at the next comma outside of a quoted-string (RFC 9110 5.6.4).
size_t DirectiveLength(std::string_view list) {
  bool quoted = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (quoted && list[i] == '\\') {
      ++i;
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (list[i] == ',' && !quoted) {
      return i;
    }
  }
  return list.size();
}

}  // namespace

bool HasDirective(std::string_view cache_control, std::string_view name) {
  while (!cache_control.empty()) {
    const size_t length = DirectiveLength(cache_control);
    const std::string_view directive = cache_control.substr(0, length);
    if (base::EqualsIgnoreCase(base::TrimOws(directive.substr(0, directive.find('='))), name)) return true;
    cache_control.remove_prefix(length < cache_control.size() ? length + 1 : length);
  }
  return false;
}

}  // namespace fastserve::http
