#include "native/hints/policy.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/cache_control.h"
#include "native/http/fields/field_lines.h"

namespace fastserve::hints {

namespace {

// "https://cdn.example:8443" of "https://cdn.example:8443/site.css".
std::string_view OriginOf(std::string_view target) {
  const size_t authority = target.find("://");
  return authority == std::string_view::npos ? target : target.substr(0, target.find_first_of("/?#", authority + 3));
}

// What browsers pass over, or read as a slash (WHATWG URL 4.4): with it "/\cdn.example" names another origin.
bool HasStrangeBytes(std::string_view target) { return target.find_first_of(" \t\\") != std::string_view::npos; }

// Relative references have no scheme and no authority.
bool IsOwn(std::string_view target) {
  if (target.starts_with("//")) return false;
  return target.substr(0, target.find_first_of("/?#")).find(':') == std::string_view::npos;
}

bool ForbidsStoring(std::string_view fields) {
  for (http::FieldLine line; http::TakeFieldLine(&fields, &line);) {
    if (!line.Is("cache-control")) continue;
    if (http::HasDirective(line.value, "no-store") || http::HasDirective(line.value, "private")) return true;
  }
  return false;
}

}  // namespace

bool Policy::MayHint(const Link& link) const {
  if (link.has_nonce || link.target.empty() || HasStrangeBytes(link.target)) return false;
  if (!HasRelation(link.rel, "preload") && !HasRelation(link.rel, "modulepreload") && !HasRelation(link.rel, "preconnect")) return false;
  return IsOwn(link.target) ||
         std::ranges::any_of(origins, [&](const std::string& origin) { return base::EqualsIgnoreCase(OriginOf(link.target), origin); });
}

std::vector<std::string_view> HintsOf(std::string_view fields, const Policy& policy, bool* may_teach) {
  std::vector<std::string_view> hints;
  *may_teach = !ForbidsStoring(fields);
  if (!*may_teach) return hints;
  size_t bytes = 0;
  for (http::FieldLine line; http::TakeFieldLine(&fields, &line);) {
    if (!line.Is("link")) continue;
    std::string_view list = line.value;
    for (Link link; TakeLink(&list, &link) && hints.size() < kMaxLinks;) {
      if (!policy.MayHint(link) || link.whole.size() > kMaxLinkBytes || bytes + link.whole.size() > kMaxBytes) continue;
      if (std::ranges::find(hints, link.whole) != hints.end()) continue;
      hints.push_back(link.whole);
      bytes += link.whole.size();
    }
  }
  return hints;
}

}  // namespace fastserve::hints
