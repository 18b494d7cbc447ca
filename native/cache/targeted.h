// CDN-Cache-Control (RFC 9213): Cache-Control for caches that act for the origin, as a Dictionary (RFC 9651 3.2). Pure, any
// thread.
#pragma once

#include <string_view>

#include "native/cache/directives.h"

namespace fastserve::cache {

// `value`: all lines of the field, joined with commas. False, and *directives untouched, for what is no Dictionary or an
// empty one: the field then counts as absent. Of a key that comes twice the last one counts; a value of a type that the
// directive does not have makes the directive count as absent (RFC 9213 2.1).
bool ReadTargetedDirectives(std::string_view value, Directives* directives);

}  // namespace fastserve::cache
