#include "native/server/caching/cache_report.h"

namespace fastserve::server {
namespace {

constexpr std::string_view kName = "Cache-Status: fastserve";

std::string_view TokenOf(ForwardReason reason) {
  switch (reason) {
    case ForwardReason::kBypass: return "bypass";
    case ForwardReason::kMethod: return "method";
    case ForwardReason::kUriMiss: return "uri-miss";
    case ForwardReason::kVaryMiss: return "vary-miss";
    case ForwardReason::kRequest: return "request";
    case ForwardReason::kStale: return "stale";
    case ForwardReason::kPartial: return "partial";
  }
  return "miss";
}

}  // namespace

void AppendHitReport(int64_t ttl_s, std::string_view detail, std::string* lines) {
  lines->append(kName).append("; hit; ttl=").append(std::to_string(ttl_s));
  if (!detail.empty()) lines->append("; detail=").append(detail);
  lines->append("\r\n");
}

void AppendForwardReport(const ForwardReport& report, std::string* lines) {
  lines->append(kName).append("; fwd=").append(TokenOf(report.reason));
  if (report.status != 0) lines->append("; fwd-status=").append(std::to_string(report.status));
  if (report.stored) lines->append("; stored");
  if (report.collapsed) lines->append("; collapsed");
  lines->append("\r\n");
}

}  // namespace fastserve::server
