// The two ends of a socket as addresses. Any thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "native/base/ip_address.h"

namespace fastserve::net {

struct SocketEnd {
  base::IpAddress address;  // family 0: a unix socket, or not known
  uint16_t port = 0;
};

// As the kernel says it: an IPv4 address may be mapped into IPv6.
SocketEnd EndOf(const sockaddr_storage& address);

// One system call each (getsockname(2), getpeername(2)). A mapped address is an IPv4 one.
SocketEnd LocalEnd(int socket);
SocketEnd RemoteEnd(int socket);

}  // namespace fastserve::net
