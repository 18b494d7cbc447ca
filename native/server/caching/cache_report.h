// Cache-Status (RFC 9211): what clients are told of how the cache treated their request. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fastserve::server {

// Why a request went on (RFC 9211 2.2).
enum class ForwardReason : uint8_t { kBypass, kMethod, kUriMiss, kVaryMiss, kRequest, kStale, kPartial };

// Each appends a line with its end. `ttl_s`: negative for what is stale.
void AppendHitReport(int64_t ttl_s, std::string_view detail, std::string* lines);

struct ForwardReport {
  ForwardReason reason = ForwardReason::kUriMiss;
  uint16_t status = 0;     // of the answer that came; 0: the one that the client gets
  bool stored = false;
  bool collapsed = false;  // another request's answer served
};
void AppendForwardReport(const ForwardReport& report, std::string* lines);

}  // namespace fastserve::server
