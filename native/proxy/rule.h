// One entry of the configuration's `proxy`: which requests go to which upstream, and what is changed on the way. Immutable
// once serving; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/client_shown.h"
#include "native/http/fields/field_filter.h"
#include "native/http/types.h"
#include "native/proxy/forwarding_fields.h"

namespace fastserve::proxy {

// What the upstream gets as Host.
enum class HostPolicy : uint8_t { kClient, kUpstream, kFixed };

struct RuleSpec {
  std::string prefix;          // begins and ends with "/"
  std::string host;            // pattern of http/grammar/host_pattern.h; "" fits every host
  uint32_t upstream = 0;       // index into the server's upstreams
  bool strip_prefix = false;   // the upstream sees paths below "/"
  bool buffer = true;          // take answers at the upstream's speed
  bool buffer_request = true;  // take a request's content before the upstream is asked
  bool rewrite = true;         // Location, Refresh and Set-Cookie point to the public place
  bool via = true;             // the upstream is told that a proxy stands before it (RFC 9110 7.6.3)
  base::ClientShown client = base::ClientShown::kFull;  // to the upstream
  ForwardedForm forwarded = ForwardedForm::kBoth;
  HostPolicy host_policy = HostPolicy::kClient;
  std::string host_value;              // kFixed
  uint32_t methods = 0xFFFFFFFF;       // bit 1 << http::Method
  bool stores = false;         // answers are stored: the store reads what clients do not get, and takes it out
  http::FieldFilter withheld;          // fields of answers that stay here
  std::string set_lines;               // checked lines that the request gets
  std::vector<std::string> set_names;  // their names, in lower case: the client's own are dropped
  std::vector<std::string> upgrades;   // protocols that may be switched to, in lower case
};

}  // namespace fastserve::proxy
