#include "native/log/policy.h"

#include <algorithm>

namespace fastserve::log {

bool Policy::Wants(uint16_t status, int64_t duration_us, uint32_t* count) const {
  const bool slow = slow_us > 0 && duration_us > slow_us;
  if (classes != 0 && !slow && (classes >> (status / 100) & 1) == 0) return false;
  if (sample <= 1 || slow || status >= 400) return true;
  return (*count)++ % sample == 0;
}

// Compared as it stands in the query: nobody who knows the name writes it otherwise but to hide it from a log, and then it is his own.
bool Policy::IsRedacted(std::string_view name) const {
  return std::ranges::find(redacted, name) != redacted.end();
}

void Policy::AppendReference(std::string_view reference, std::string* out) const {
  const size_t question = reference.find('?');
  if (question == std::string_view::npos || !changes_references()) {
    out->append(reference);
    return;
  }
  out->append(reference.substr(0, question));
  if (drops_query) return;
  char before = '?';
  for (std::string_view rest = reference.substr(question + 1);; before = '&') {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    out->push_back(before);
    out->append(pair.substr(0, equals));
    if (equals < pair.size()) out->append("=").append(IsRedacted(pair.substr(0, equals)) ? kRedacted : pair.substr(equals + 1));
    if (end == rest.size()) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace fastserve::log
