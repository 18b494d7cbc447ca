// What goes with a 503 that will soon be over (RFC 9110 10.2.3).
#pragma once

#include <string_view>

namespace fastserve::http {

inline constexpr std::string_view kRetryAfterLine = "Retry-After: 1\r\n";

}  // namespace fastserve::http
