#include "native/cache/part.h"

#include <algorithm>
#include <utility>

#include "native/base/bytes.h"
#include "native/http/grammar/decimal.h"

namespace fastserve::cache {

std::optional<Part> ReadContentRange(std::string_view value, uint64_t* length) {
  constexpr std::string_view kUnit = "bytes ";
  if (!base::StartsWithIgnoreCase(value, kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const size_t dash = std::min(value.find('-'), value.size());
  const size_t slash = std::min(value.find('/', dash), value.size());
  if (slash == value.size()) return std::nullopt;
  uint64_t first = 0, last = 0, total = 0;
  const bool reads = http::ParseDecimal(value.substr(0, dash), &first) &&
                     http::ParseDecimal(value.substr(dash + 1, slash - dash - 1), &last) &&
                     http::ParseDecimal(value.substr(slash + 1), &total);
  if (!reads || first > last || last >= total || last - first + 1 == total) return std::nullopt;
  *length = last - first + 1;
  return Part{first, total};
}

bool Combine(const Part& older, std::string_view older_bytes, size_t most, PartContent* newer) {
  const uint64_t begin = newer->part.first, end = begin + newer->bytes.size();
  const uint64_t older_end = older.first + older_bytes.size();
  if (older.total != newer->part.total || older.first > end || older_end < begin) return false;
  const uint64_t union_begin = std::min(older.first, begin), union_end = std::max(older_end, end);
  if (union_end - union_begin > most) return false;
  std::string bytes;
  bytes.reserve(static_cast<size_t>(union_end - union_begin));
  if (older.first < begin) bytes.append(older_bytes.substr(0, static_cast<size_t>(begin - older.first)));
  bytes.append(newer->bytes);
  if (older_end > end) bytes.append(older_bytes.substr(static_cast<size_t>(end - older.first)));
  newer->bytes = std::move(bytes);
  newer->part.first = union_begin;
  return true;
}

}  // namespace fastserve::cache
