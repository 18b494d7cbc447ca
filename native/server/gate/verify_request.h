// The messages of sub-request authentication: what the checker is asked, what its answer means, and the request as it goes on.
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/auth/access_verdict.h"
#include "native/http/types.h"
#include "native/server/gate/verify_rule.h"

namespace fastserve::server {

// Appends "GET <target>" of the rule, Host, the client's fields that the rule forwards, and X-Forwarded-Method and -Uri, which say
// what is asked for. Without an empty line. Nothing of the request's content goes along.
void AppendVerifyRequest(const VerifyRule& rule, const http::RequestHead& head, std::string_view head_bytes,
                         std::string_view host, std::string* out);

// What an answer with this status and these checked lines means:
//   2xx         the request may pass, with the lines that the rule copies
//   401, 403    refused, with WWW-Authenticate and Set-Cookie of the answer
//   3xx         where the rule redirects and there is a Location: refused with it, and with Set-Cookie
//   other       500: the checker is broken, and nobody passes
auth::AccessVerdict ReadVerdict(const VerifyRule& rule, uint16_t status, std::string_view lines);

// 503: the checker has not answered.
auth::AccessVerdict NoVerdict();

// The head with `lines` in the place of all fields called as one of `names` (in lower case). Nothing of those names that a
// client sent stays, whether or not `lines` has them.
std::string HeadWith(const http::RequestHead& head, std::string_view head_bytes, const std::vector<std::string>& names,
                     std::string_view lines);

}  // namespace fastserve::server
