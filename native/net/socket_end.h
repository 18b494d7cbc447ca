// The two ends of a socket as addresses. Any thread.
#pragma once

#include <cstdint>

#include "native/base/ip_address.h"

namespace fastserve::net {

struct SocketEnd {
  base::IpAddress address;  // an IPv4 one where it is mapped into IPv6; family 0: a unix socket, or not known
  uint16_t port = 0;
};

// One system call each (getsockname(2), getpeername(2)).
SocketEnd LocalEnd(int socket);
SocketEnd RemoteEnd(int socket);

}  // namespace fastserve::net
