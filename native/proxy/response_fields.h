// The field lines that a client gets of an upstream's answer. Pure; the I/O thread.
#pragma once

#include <string>
#include <string_view>

#include "native/http/response/bandwidth.h"
#include "native/proxy/response_parser.h"
#include "native/proxy/rule.h"

namespace fastserve::proxy {

// The public side of the request whose answer is rewritten.
struct PublicPlace {
  std::string_view scheme;              // "http" or "https"
  std::string_view host;                // authority of the request, empty: unknown
  std::string_view upstream_authority;  // host and port that the upstream knows itself by
};

// Who reads the lines. A cache takes out itself what is not for clients: what the rule hides, and X-Accel-Expires.
enum class Reader : uint8_t { kClient, kCache };

// What the front itself reads of an answer.
struct AnswerSignals {
  std::string_view file;     // X-Accel-Redirect's value: a view into the head
  http::LimitRate limit_rate;  // X-Accel-Limit-Rate
  bool unbuffered = false;   // X-Accel-Buffering: no
  bool has_date = false;     // a Date line is among the lines
};

// Appends the lines that pass. Left out: hop-by-hop fields and those named by Connection, the upstream's identity (Server, Via,
// X-Powered-By and their kin), X-Accel-*, and what the rule hides. Rewritten when the rule says so: Location, Content-Location
// and Refresh that name the upstream, domain and path of Set-Cookie.
AnswerSignals AppendResponseFields(const ResponseHead& head, std::string_view head_bytes, const RuleSpec& rule,
                                   const PublicPlace& place, Reader reader, std::string* out);

// Appends the lines of a trailer section that may reach a client: none that frames, routes, authenticates or controls the answer
// whose head is out (RFC 9110 6.5.1), none that the rule hides. `section`: as http::ChunkedDecoder keeps it.
void AppendTrailers(std::string_view section, const RuleSpec& rule, std::string* out);

// `reference` as a client must follow it: with the public scheme and host when it names the upstream, and with the rule's
// prefix when that was taken away. Other references are appended as they are.
void AppendPublicReference(std::string_view reference, const RuleSpec& rule, const PublicPlace& place, std::string* out);

// A Set-Cookie value without a Domain that is the upstream's, and with a Path below the rule's prefix when that was taken
// away.
void AppendPublicCookie(std::string_view value, const RuleSpec& rule, const PublicPlace& place, std::string* out);

}  // namespace fastserve::proxy
