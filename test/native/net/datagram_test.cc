#include "native/net/datagram.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "native/base/unique_fd.h"
#include "test/native/testing.h"

namespace {

using fastserve::base::UniqueFd;
using fastserve::net::SendDatagram;

UniqueFd Receiver(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) socket.Reset();
  return socket;
}

TEST("a datagram reaches an abstract name") {
  const std::string name = "fastserve-test-" + std::to_string(::getpid());
  const UniqueFd receiver = Receiver('\0' + name);
  CHECK(receiver.valid());
  CHECK(SendDatagram("@" + name, "READY=1\nSTATUS=serving"));
  char buffer[64];
  const ssize_t size = ::recv(receiver.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  CHECK(size > 0);
  CHECK_EQ(std::string(buffer, static_cast<size_t>(size)), std::string("READY=1\nSTATUS=serving"));
}

TEST("a datagram says when nobody is there") {
  CHECK(!SendDatagram("/nowhere/at/all", "READY=1"));
  CHECK(!SendDatagram("", "READY=1"));
  CHECK(!SendDatagram(std::string(200, 'x'), "READY=1"));
}

}  // namespace
