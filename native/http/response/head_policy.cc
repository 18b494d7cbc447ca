#include "native/http/response/head_policy.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/check.h"

namespace fastserve::http {

namespace {

// Software, versions, machines and addresses behind the front, as frameworks, caches and balancers tell of them.
constexpr std::array<std::string_view, 17> kIdentityNames = {
    "server",        "via",           "x-powered-by",     "x-aspnet-version", "x-aspnetmvc-version", "x-generator",
    "x-runtime",     "x-version",     "x-served-by",      "x-server",         "x-backend",           "x-backend-server",
    "x-upstream",    "x-varnish",     "x-cache-hits",     "x-host",           "x-node",
};

bool TellsIdentity(std::string_view name) {
  return base::ContainsIgnoreCase(kIdentityNames, name);
}

std::string_view NameOf(std::string_view line) { return line.substr(0, line.find(':')); }

}  // namespace

HeadPolicy::HeadPolicy(std::vector<std::string> lines, bool hides_identity)
    : lines_(std::move(lines)), hides_identity_(hides_identity) {
  FASTSERVE_CHECK(lines_.size() <= kMaxLines, "a bit for each line");
}

void HeadPolicy::Apply(std::string_view fields, std::string* out) const {
  uint64_t present = 0;  // bits by place in lines_
  while (!fields.empty()) {
    const size_t end = std::min(fields.find('\n'), fields.size() - 1) + 1;
    const std::string_view line = fields.substr(0, end);
    fields.remove_prefix(end);
    const std::string_view name = NameOf(line);
    if (hides_identity_ && TellsIdentity(name)) continue;
    out->append(line);
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (base::EqualsIgnoreCase(NameOf(lines_[i]), name)) present |= uint64_t{1} << i;
    }
  }
  for (size_t i = 0; i < lines_.size(); ++i) {
    if ((present >> i & 1) == 0) out->append(lines_[i]);
  }
}

}  // namespace fastserve::http
