// Listening sockets: TCP with SO_REUSEPORT, or a unix socket. Opened on the main thread, accepted on the I/O threads.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "native/base/unique_fd.h"

namespace fastserve::net {

struct ListenAddress {
  std::string host;       // literal IPv4 or IPv6 address; names are resolved before they get here
  uint16_t port = 0;      // 0: any free one
  std::string unix_path;  // when not empty, the other two are unused
  int backlog = 4096;
};

struct ListenResult {
  base::UniqueFd fd;      // invalid on error
  uint16_t port = 0;      // the port that was bound
  int error = 0;          // errno
  const char* step = "";  // which system call failed: "socket", "bind", "listen"
};

// Binds (SO_REUSEPORT and SO_REUSEADDR for TCP) and, when `start` is set, listens. Non-blocking, close-on-exec.
// A second server on the same TCP port of the same user would share it silently through SO_REUSEPORT, so the first
// descriptor of a server is bound with `exclusive` set: it first proves without SO_REUSEPORT that nobody listens there
// (EADDRINUSE otherwise). A stale unix socket file, on which connect is refused, is replaced; a live one is EADDRINUSE.
ListenResult Listen(const ListenAddress& address, bool exclusive, bool start);

enum class AcceptStatus : uint8_t {
  kAccepted,
  kDrained,    // EAGAIN
  kRetry,      // ECONNABORTED, EINTR, EPROTO...: the peer's fault, go on
  kExhausted,  // EMFILE, ENFILE, ENOBUFS, ENOMEM: pause accepting
  kBroken,     // EBADF, EINVAL: the listener is gone
};

// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC. TCP connections get TCP_NODELAY. *peer is 0-filled for unix sockets.
AcceptStatus Accept(int listener, int* fd, sockaddr_storage* peer);

}  // namespace fastserve::net
