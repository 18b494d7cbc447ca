#include "native/http/response/head_policy.h"

#include <algorithm>
#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/check.h"
#include "native/http/fields/identity_names.h"

namespace fastserve::http {

namespace {

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
