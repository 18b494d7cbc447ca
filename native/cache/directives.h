// Cache-Control (RFC 9111 5.2, RFC 5861) as values. Pure, any thread.
//
// Every input has a result: what is no directive is passed over, what is not known is ignored (5.2.3). Where a value is wrong
// the response counts as stale, as 4.2.1 asks; of several values the first counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::cache {

constexpr int64_t kAbsent = -1;
constexpr int64_t kMaxDeltaSeconds = 2147483648;  // larger ones mean this (RFC 9111 1.2.2)

struct Directives {
  bool no_store = false, no_cache = false, is_private = false, is_public = false, must_revalidate = false,
       proxy_revalidate = false, must_understand = false, only_if_cached = false, no_transform = false;
  int64_t max_age = kAbsent, s_maxage = kAbsent, min_fresh = kAbsent, max_stale = kAbsent;  // seconds
  int64_t stale_while_revalidate = kAbsent, stale_if_error = kAbsent;
  // Names, in lower case, of fields that no-cache="..." and private="..." forbid to use; these forms do not set the flags.
  std::vector<std::string> withheld_fields;
};

// Adds the directives of one field line's value.
void ReadDirectives(std::string_view value, Directives* directives);

// The name by which upstreams are told that their answers may be stored here (Surrogate-Capability), and may address this cache.
constexpr std::string_view kSurrogateName = "fastserve";

// Surrogate-Control (W3C Edge Architecture 1.0): max-age and no-store for caches in front of their origin. A directive with a target is
// for the one of that name only (max-age=60;fastserve), and goes before those without. False, and *directives untouched, where
// nothing in it is for this one.
bool ReadSurrogateControl(std::string_view value, Directives* directives);

// 1*DIGIT, at most kMaxDeltaSeconds; kAbsent when it is something else.
int64_t ParseDeltaSeconds(std::string_view text);

}  // namespace fastserve::cache
