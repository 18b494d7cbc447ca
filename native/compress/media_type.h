// Patterns that choose media types. Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::compress {

// Whether `pattern` ("text/html", "text/*", "application/*+json": at most one star, for any text) fits `content_type`, the
// value of a Content-Type, whose parameters do not count. Letters count whatever their case (RFC 9110 8.3.1).
bool MatchesMediaType(std::string_view pattern, std::string_view content_type);

}  // namespace fastserve::compress
