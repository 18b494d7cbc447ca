#include "native/limits/rate_rule.h"

namespace fastserve::limits {

namespace {

// Rounded up, so that nobody who waits so long comes too early; at least 1.
int64_t WholeSeconds(int64_t ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  return std::max<int64_t>(1, (ns + kSecond - 1) / kSecond);
}

}  // namespace

void AppendRefusalFields(const RateRule& rule, const GcraVerdict& verdict, std::string* out) {
  const std::string wait = std::to_string(WholeSeconds(verdict.wait_ns));
  const int64_t quota = rule.gcra.burst + 1;
  const std::string window = std::to_string(WholeSeconds(quota * rule.gcra.interval_ns));
  out->append("Retry-After: ").append(wait).append("\r\n");
  out->append("RateLimit-Policy: \"").append(rule.name).append("\";q=").append(std::to_string(quota));
  out->append(";w=").append(window).append("\r\n");
  out->append("RateLimit: \"").append(rule.name).append("\";r=0;t=").append(wait).append("\r\n");
}

}  // namespace fastserve::limits
