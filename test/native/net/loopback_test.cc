#include "native/net/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "test/native/testing.h"

namespace {

using fastserve::net::IsLoopback;

bool IsLoopback4(const char* text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return IsLoopback(reinterpret_cast<const sockaddr*>(&address));
}

bool IsLoopback6(const char* text) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  ::inet_pton(AF_INET6, text, &address.sin6_addr);
  return IsLoopback(reinterpret_cast<const sockaddr*>(&address));
}

}  // namespace

TEST("addresses of the loopback are told from others") {
  CHECK(IsLoopback4("127.0.0.1"));
  CHECK(IsLoopback4("127.255.9.1"));
  CHECK(!IsLoopback4("128.0.0.1"));
  CHECK(!IsLoopback4("10.0.0.1"));
  CHECK(IsLoopback6("::1"));
  CHECK(!IsLoopback6("::2"));
  sockaddr other{};
  other.sa_family = AF_UNIX;
  CHECK(!IsLoopback(&other));
}
