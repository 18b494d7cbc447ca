#include "native/http/fields/field_filter.h"

#include <utility>

#include "native/base/bytes.h"

namespace fastserve::http {

namespace {

// RFC 9110 8 (content), 10.2, 11.6.1, 13, 14; RFC 9111 5. The names that begin with "content-" are needed, too.
constexpr std::string_view kNeeded[] = {
    "accept-ranges", "age", "allow", "cache-control", "date", "etag", "expires", "last-modified", "location", "retry-after", "vary", "www-authenticate",
};
constexpr std::string_view kAboutContent = "content-";

bool IsNeeded(std::string_view name) {
  return base::StartsWithIgnoreCase(name, kAboutContent) || base::ContainsIgnoreCase(kNeeded, name);
}

}  // namespace

FieldFilter::FieldFilter(std::vector<std::string> hide, std::optional<std::vector<std::string>> pass)
    : hide_(std::move(hide)), pass_(std::move(pass)) {}

bool FieldFilter::Withholds(std::string_view name) const {
  return base::ContainsIgnoreCase(hide_, name) || (pass_.has_value() && !IsNeeded(name) && !base::ContainsIgnoreCase(*pass_, name));
}

}  // namespace fastserve::http
