// PROXY headers as they are sent (proxy_protocol.h reads them). Pure, any thread.
//
// Written after https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt; section numbers below are its own.
#pragma once

#include <cstdint>
#include <string>

#include "native/base/ip_address.h"

namespace fastserve::net {

enum class ProxyVersion : uint8_t { kNone, kV1, kV2 };

// The connection that a header speaks of. Ports that are not known are 0.
struct ProxiedConnection {
  base::IpAddress source;       // family 0: not said
  base::IpAddress destination;  // family 0: not known, which the header cannot say: the address of nobody (all zeros) stands for it
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  bool tls = false;             // it was encrypted; only version 2 can say so (2.2.6)
};

// Appends the header of a connection, at most 107 bytes. Where its ends are of two families the IPv4 one is mapped into IPv6
// (RFC 4291 2.5.5.2). Without a source: UNKNOWN (2.1), or an unspecified family (2.2). `version` is not kNone.
void AppendProxyHeader(ProxyVersion version, const ProxiedConnection& connection, std::string* out);

// Appends a header of version 2 that says that the sender connects for itself (LOCAL, 2.2).
void AppendLocalProxyHeader(std::string* out);

}  // namespace fastserve::net
