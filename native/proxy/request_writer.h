// The head of a request to an upstream, from the head of the client's. Pure; the I/O thread.
//
// Left out: the hop-by-hop fields of RFC 9110 7.6.1 and those that Connection names (but not those without which a request means
// something else: an attacker must not be able to remove Cookie or Authorization by naming them), framing fields, Expect,
// forwarding fields that nobody vouches for, and names with an underscore, which gateways of the CGI kind cannot tell from
// the same name with a hyphen. Set: Host, and where the rule wants them Via and what forwarding_fields.h says of the client.
#pragma once

#include <string>
#include <string_view>

#include "native/http/types.h"
#include "native/proxy/forwarding_fields.h"
#include "native/proxy/rule.h"

namespace fastserve::proxy {

// Appends the request-target: the raw one where it is safe to pass on, else an encoded form of `path`, which is the decoded
// normal form that the rule was found by. `prefix_length`: of the rule's prefix that is taken away, its last "/" not counted;
// 0: nothing is.
void AppendTarget(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, size_t prefix_length,
                  std::string* out);

// The protocol that the request asks to switch to and the rule allows, as sent; empty when there is none. Only a GET of
// HTTP/1.1 without content and with one protocol switches (RFC 9110 7.8).
std::string_view WantedUpgrade(const http::RequestHead& head, std::string_view head_bytes, const RuleSpec& rule);

// Appends all field lines but those that frame the content. `host`: the value of Host. `upgrade`: WantedUpgrade, or empty
// when the connection cannot switch now.
void AppendRequestFields(const http::RequestHead& head, std::string_view head_bytes, const RuleSpec& rule,
                         const ClientFacts& facts, std::string_view host, std::string_view upgrade, std::string* out);

// Appends those of the checked trailer lines of a request's content that may pass. RFC 9110 6.5.1 leaves to the sender what is
// safe behind the content: nothing that this server knows a meaning of, as all of that frames, routes, authorises, controls
// or describes the request; nothing that concerns one connection, claims who the client is, or is the rule's own to set.
void AppendRequestTrailers(std::string_view section, const RuleSpec& rule, std::string* out);

}  // namespace fastserve::proxy
