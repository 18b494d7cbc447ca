#include "native/net/socket_end.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace fastserve::net {

SocketEnd EndOf(const sockaddr_storage& from) {
  SocketEnd end;
  if (from.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(from);
    end.address.family = 4;
    std::memcpy(end.address.bytes, &in.sin_addr, 4);
    end.port = ntohs(in.sin_port);
  } else if (from.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(from);
    end.address.family = 6;
    std::memcpy(end.address.bytes, &in6.sin6_addr, 16);
    end.port = ntohs(in6.sin6_port);
  }
  return end;
}

namespace {

SocketEnd Unmapped(SocketEnd end) {
  end.address = base::Unmapped(end.address);
  return end;
}

}  // namespace

SocketEnd LocalEnd(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0 ? Unmapped(EndOf(address)) : SocketEnd{};
}

SocketEnd RemoteEnd(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0 ? Unmapped(EndOf(address)) : SocketEnd{};
}

}  // namespace fastserve::net
