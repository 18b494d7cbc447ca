// Who may ask for what: by network, method and field. Immutable once serving, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/base/ip_address.h"
#include "native/http/fields/forwarded.h"
#include "native/http/types.h"
#include "native/limits/scope.h"

namespace fastserve::limits {

// A field that a request must have. An empty value: any.
struct RequiredField {
  std::string name;   // in lower case
  std::string value;  // compared exactly, in a time that does not tell how much of it was right
};

struct AccessRule {
  Scope scope;
  bool deny_all = false;
  bool has_allow = false;        // clients that `allow` does not name are denied
  http::TrustedPeers allow, deny;  // `deny` goes before `allow`
  uint16_t methods = 0;          // bits by http::Method that may be used: 405 for others; 0: any
  std::string allow_line;        // "Allow: GET, HEAD\r\n", for that 405
  std::vector<RequiredField> fields;  // 403 without all of them

  // 0: this rule lets the request pass; else the status of its refusal. Of requests in its scope only. `client`: as far as it
  // is known; family 0 is a unix socket.
  uint16_t Judge(const http::RequestHead& head, std::string_view head_bytes, const base::IpAddress& client) const;
};

}  // namespace fastserve::limits
