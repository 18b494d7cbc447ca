#include "native/compress/policy.h"

#include <algorithm>

#include "native/compress/media_type.h"

namespace fastserve::compress {

bool Policy::Covers(std::string_view content_type, uint64_t size_bytes) const {
  if (codings.empty() || size_bytes < min_bytes || size_bytes > max_bytes) return false;
  return std::ranges::any_of(types, [&](const std::string& pattern) { return MatchesMediaType(pattern, content_type); });
}

}  // namespace fastserve::compress
