#include "native/net/loopback.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <string_view>

namespace fastserve::net {

bool IsLoopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    return (ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
  }
  return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
}

void SendUnpaced(int fd) {
  constexpr std::string_view kUnpaced = "reno";  // every Linux has it, and lets everybody choose it
  char algorithm[16] = {};
  socklen_t length = sizeof algorithm - 1;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, algorithm, &length) != 0) return;
  if (!std::string_view(algorithm).starts_with("bbr")) return;
  ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, kUnpaced.data(), kUnpaced.size());
}

}  // namespace fastserve::net
