// What a location's configuration, or a view's decorator, says about storing answers. Immutable, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/http/fields/field_filter.h"

namespace fastserve::cache {

struct StatusLifetime {
  uint16_t status;
  int64_t lifetime_s;
};

struct Rule {
  bool explicit_only = false;    // stored is only what says that it may be shared: views
  bool obeys_requests = true;    // Cache-Control and Pragma of requests mean what RFC 9111 5.2.1 says
  bool heuristic = false;        // 4.2.2, a tenth of the age of Last-Modified
  bool reports = false;          // Cache-Status (RFC 9211) goes to clients
  bool stores_cookies = false;   // answers that set cookies are stored like others, and set them for everybody
  uint32_t min_uses = 1;         // requests before an answer is stored
  int64_t lock_ms = 5000;        // how long a request waits for another one's answer; 0: not at all
  int64_t stale_while_revalidate_s = 0, stale_if_error_s = 0;  // where the response does not say (RFC 5861)
  std::vector<StatusLifetime> lifetimes;  // where the response does not say
  http::FieldFilter withheld;             // fields that count here and go no further
};

}  // namespace fastserve::cache
