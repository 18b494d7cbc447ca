// One rate limit as configured, and the fields of its refusal. Immutable once serving.
#pragma once

#include <string>
#include <string_view>

#include "native/limits/gcra.h"
#include "native/limits/scope.h"
#include "native/variables/template.h"

namespace fastserve::limits {

struct RateRule {
  std::string name;           // a key of structured fields (RFC 9651 3.1.2), as it stands in RateLimit
  Scope scope;
  variables::Template key;    // who is counted together; a request whose key is empty is not counted
  Gcra gcra;
  bool delay = false;         // the burst is not passed on at once, but at the rate
  bool dry_run = false;       // counts, refuses nobody
};

// Appends the field lines of a 429: Retry-After (RFC 9110 10.2.3), and RateLimit-Policy and RateLimit of
// draft-ietf-httpapi-ratelimit-headers-10: q requests in w seconds; r are left, more in t seconds.
void AppendRefusalFields(const RateRule& rule, const GcraVerdict& verdict, std::string* out);

}  // namespace fastserve::limits
