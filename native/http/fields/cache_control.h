// The directives of Cache-Control (RFC 9111 5.2). Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::http {

// Whether the field value has the directive `name` (in lower case), with or without an argument. What stands inside a
// quoted argument is no directive.
bool HasDirective(std::string_view cache_control, std::string_view name);

}  // namespace fastserve::http
