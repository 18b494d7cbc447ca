// SendRoom on real sockets of the loopback, with limits that every kernel allows.
#include "native/net/send_room.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "native/base/unique_fd.h"
#include "test/native/testing.h"

using fastserve::base::UniqueFd;
using fastserve::net::SendRoom;

namespace {

constexpr int kGrown = 65536;
constexpr int kAsked = 131072;

UniqueFd NewSocket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

void SetBuffer(const UniqueFd& socket, int bytes) {
  const int half = bytes / 2;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &half, sizeof half);
}

int BufferOf(const UniqueFd& socket) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &bytes, &length);
  return bytes;
}

// As if the kernel had let the buffer grow so far.
UniqueFd SocketGrownTo(int bytes) {
  UniqueFd socket = NewSocket();
  SetBuffer(socket, bytes);
  return socket;
}

UniqueFd ListenerOnLoopback() {
  UniqueFd listener = NewSocket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  return listener;
}

// The server's end of a connection of `client`, its buffer grown.
UniqueFd Connected(const UniqueFd& listener, const UniqueFd& client) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  REQUIRE(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  UniqueFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  SetBuffer(server, kGrown);
  return server;
}

// How much the socket took.
size_t Fill(const UniqueFd& socket) {
  const std::vector<char> bytes(65536);
  size_t filled = 0;
  for (ssize_t size; (size = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)) > 0;) filled += static_cast<size_t>(size);
  return filled;
}

}  // namespace

TEST("a socket whose buffer has grown gets more room") {
  SendRoom room({.grown = kGrown, .asked = kAsked});
  const UniqueFd socket = SocketGrownTo(kGrown);
  CHECK(room.Widen(socket.get()));
  CHECK_EQ(BufferOf(socket), kAsked);
}

TEST("a socket whose buffer has not grown is left alone") {
  SendRoom room({.grown = kGrown, .asked = kAsked});
  const UniqueFd socket = SocketGrownTo(kGrown - 2);
  CHECK(!room.Widen(socket.get()));
  CHECK_EQ(BufferOf(socket), kGrown - 2);
}

TEST("a buffer is never shrunk where the system allows no more") {
  SendRoom room({.grown = kAsked, .asked = kGrown});
  const UniqueFd socket = SocketGrownTo(kAsked);
  CHECK(!room.Widen(socket.get()));
  CHECK_EQ(BufferOf(socket), kAsked);
  SendRoom unknown(SendRoom::Limits{});
  CHECK(!unknown.Widen(socket.get()));
}

TEST("room that is given back leaves a buffer that grows again") {
  SendRoom room({.grown = kGrown, .asked = kAsked});
  const UniqueFd socket = SocketGrownTo(kGrown);
  CHECK(room.Widen(socket.get()));
  room.Narrow(socket.get());
  CHECK_EQ(BufferOf(socket), kGrown);
  CHECK(room.Widen(socket.get()));
}

TEST("a client that takes what waits keeps the pace, one that takes nothing does not") {
  SendRoom room({.grown = kGrown, .asked = kAsked, .pace = 4096});
  const UniqueFd listener = ListenerOnLoopback();
  const UniqueFd client = NewSocket();
  const UniqueFd socket = Connected(listener, client);
  CHECK(room.Widen(socket.get()));
  size_t waiting = Fill(socket);
  room.NoteFull(socket.get());
  CHECK(!room.KeepsPace(socket.get()));
  std::vector<char> taken(65536);
  while (waiting > 0) {
    const ssize_t size = ::recv(client.get(), taken.data(), taken.size(), 0);
    REQUIRE(size > 0);
    waiting -= static_cast<size_t>(size);
  }
  CHECK(room.KeepsPace(socket.get()));
  CHECK(!room.KeepsPace(socket.get()));
}

TEST("few sockets have room at once") {
  SendRoom room({.grown = kGrown, .asked = kAsked});
  std::vector<UniqueFd> sockets;
  for (size_t i = 0; i < SendRoom::kMostSockets; ++i) {
    sockets.push_back(SocketGrownTo(kGrown));
    CHECK(room.Widen(sockets.back().get()));
  }
  const UniqueFd late = SocketGrownTo(kGrown);
  CHECK(!room.Widen(late.get()));
  room.Forget(sockets.front().get());
  CHECK(room.Widen(late.get()));
}
