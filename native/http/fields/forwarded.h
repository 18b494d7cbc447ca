// What proxies in front say about a request: Forwarded (RFC 7239) and X-Forwarded-For, -Proto, -Host. Pure, any thread.
//
// DESIGN: each proxy appends who connected to it, so the right-most element is the word of our own peer. Reading goes from
// right to left and passes over addresses of trusted proxies; the first other address is the client, and the element that
// names it was written by the outermost trusted proxy. Whatever stands further left may be forged and is never looked at.
//
//   X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.2      from peer 10.0.0.1; trusted: 10.0.0.0/8
//                    forged   the client   a trusted one
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/base/ip_address.h"
#include "native/http/types.h"

namespace fastserve::http {

// The peers whose word counts. Immutable once serving.
struct TrustedPeers {
  std::vector<base::IpNetwork> networks;
  bool unix_sockets = false;  // whoever can connect to a unix socket

  bool none() const { return networks.empty() && !unix_sockets; }
  // An address of family 0 is that of a peer on a unix socket.
  bool Contains(const base::IpAddress& address) const;
};

enum class ForwardedScheme : uint8_t { kUnsaid, kHttp, kHttps };

struct ForwardedFacts {
  base::IpAddress client;      // family 0: not said, or hidden behind "unknown" or an obfuscated identifier
  uint16_t port = 0;           // of the client, 0: not said
  ForwardedScheme scheme = ForwardedScheme::kUnsaid;
  uint16_t host_offset = 0;    // from the head's first byte; a checked authority
  uint16_t host_length = 0;    // 0: not said
};

// Reads the fields of a request that came from a trusted peer. False when they cannot be believed: Forwarded breaks its
// grammar, a host is no authority, a scheme neither http nor https, or Forwarded and the X- fields are both there and do not
// name the same client, scheme and host (a proxy maintains one form; the other is then the client's own invention).
// What only one of two present forms says is left out for the same reason.
bool ReadForwarded(const RequestHead& head, std::string_view head_bytes, const TrustedPeers& trusted,
                   ForwardedFacts* facts);

// A node of either form: "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1". False for names, "unknown" and
// obfuscated identifiers. *port is 0 without one.
bool ParseForwardedNode(std::string_view text, base::IpAddress* address, uint16_t* port);

}  // namespace fastserve::http
