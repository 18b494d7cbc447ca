// What an upstream is told about the client: Forwarded (RFC 7239) and X-Forwarded-For, -Proto, -Host. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/ip_address.h"
#include "native/http/types.h"

namespace fastserve::proxy {

enum class ForwardedForm : uint8_t { kBoth, kXForwarded, kStandard, kNone };

// What the server believes about the client.
struct ClientFacts {
  base::IpAddress client;  // family 0: a unix socket, or nobody's business (`disguised`)
  base::IpAddress peer;    // of the connection: a trusted proxy's, or the client's own
  bool trusted = false;    // the peer's forwarding fields count
  bool tls = false;
  bool disguised = false;  // `client` is not the real one: nothing that was forwarded goes on, for it may name it
  std::string_view trace_parent = {};  // for this request, in the place of the client's; empty: the client's passes
  bool renews_timeouts = false;  // how long the client waits is said anew (Relay): its own lines, wrong by now, go no further
  bool continues_trace = false;        // it does so from the client's, whose tracestate then holds
};

// Appends the text of an address, "unknown" for none (RFC 7239 6.2).
void AppendAddress(const base::IpAddress& address, std::string* out);

// Appends the lines of a form. X-Forwarded-For continues a trusted peer's, a disguised client stands alone in it; a
// disguised client without an address is not named at all.
void AppendForwardingFields(const http::RequestHead& head, std::string_view head_bytes, ForwardedForm form,
                            const ClientFacts& facts, std::string* out);

}  // namespace fastserve::proxy
