#include "native/server/lanes/file_redirect.h"


#include "native/base/bytes.h"
#include "native/http/fields/cache_control.h"
#include "native/http/fields/field_lines.h"

namespace fastserve::server {
namespace {

constexpr std::string_view kRedirect = "x-accel-redirect";
constexpr std::string_view kControlPrefix = "x-accel-";
constexpr std::string_view kOfAnotherContent[] = {"content-encoding", "content-range", "etag",
                                                  "last-modified",    "accept-ranges", "x-content-type-options"};

bool DescribesAnotherContent(std::string_view name) {
  return base::ContainsIgnoreCase(kOfAnotherContent, name);
}

}  // namespace

std::string_view FindFileRedirect(std::string_view block) {
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (base::EqualsIgnoreCase(line.name, kRedirect)) return line.value;
  }
  return {};
}

files::FieldOverrides OverridesFrom(std::string_view block, std::string* kept) {
  files::FieldOverrides overrides;
  kept->clear();
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (base::EqualsIgnoreCase(line.name, "content-type")) {
      overrides.content_type = line.value;
      continue;
    }
    const bool control = base::StartsWithIgnoreCase(line.name, kControlPrefix);
    if (control || DescribesAnotherContent(line.name)) continue;
    if (base::EqualsIgnoreCase(line.name, "cache-control")) {
      overrides.has_cache_control = true;
      overrides.no_transform |= http::HasDirective(line.value, "no-transform");
    }
    kept->append(line.whole);
  }
  overrides.fields = *kept;
  return overrides;
}

}  // namespace fastserve::server
