#include "native/compress/media_type.h"

#include "native/base/bytes.h"

namespace fastserve::compress {

bool MatchesMediaType(std::string_view pattern, std::string_view content_type) {
  const std::string_view type = base::TrimOws(content_type.substr(0, content_type.find(';')));
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return base::EqualsIgnoreCase(pattern, type);
  const std::string_view before = pattern.substr(0, star);
  const std::string_view behind = pattern.substr(star + 1);
  return type.size() > before.size() + behind.size() && base::StartsWithIgnoreCase(type, before) &&
         base::EqualsIgnoreCase(type.substr(type.size() - behind.size()), behind);
}

}  // namespace fastserve::compress
