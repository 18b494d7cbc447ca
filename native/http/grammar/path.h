// Request paths: percent-decoding and dot segments (RFC 3986 2.1, 5.2.4). Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace fastserve::http {

enum class PathStatus : unsigned char {
  kUnchanged,   // `raw` is already in normal form: nothing was written
  kNormalized,  // the decoded path without dot segments was written
  kBad,         // a broken escape, %00, or dot segments that climb above the root
};

// Decodes and removes dot segments; keeps empty segments ("//") and a trailing slash. `out` has room for raw.size()
// bytes; *length is what was written. Decoding happens once: "%252e" stays "%2e". A backslash is an ordinary byte.
// `raw` begins with "/": anything else, the empty path too, is kBad.
PathStatus NormalizePath(std::string_view raw, char* out, size_t* length);

}  // namespace fastserve::http
