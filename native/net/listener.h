// Listening sockets: TCP with SO_REUSEPORT, or a unix socket. Opened on the main thread, accepted on the I/O threads.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "native/base/unique_fd.h"

namespace fastserve::net {

struct ListenAddress {
  std::string host;       // literal IPv4 or IPv6 address, fe80::1%eth0 too; names are resolved before they get here
  uint16_t port = 0;      // 0: any free one
  std::string unix_path;  // when not empty, the other two are unused; "@name" is a name without a file (unix(7), abstract)
  int descriptor = -1;    // of a socket that listens already, made by whoever started the process; the three are unused then
  int backlog = 4096;
  bool proxy_protocol = false;  // every connection begins with a PROXY header (proxy_protocol.h)
};

struct ListenResult {
  base::UniqueFd fd;      // invalid on error
  uint16_t port = 0;      // the port that was bound
  int error = 0;          // errno
  const char* step = "";  // what failed: "address", "socket", "setsockopt", "bind", "listen", "lstat", "connect", "unlink"
};

// Binds (SO_REUSEPORT and SO_REUSEADDR for TCP) and, when `start` is set, listens. Non-blocking, close-on-exec.
// A second server on the same TCP port of the same user would share it silently through SO_REUSEPORT, so the first
// descriptor of a server is bound with `exclusive` set: it first proves without SO_REUSEPORT that nobody listens there
// (EADDRINUSE otherwise). A server that has bound but does not listen yet is not seen.
// "::" takes IPv6 only (IPV6_V6ONLY): IPv4 is a listen address of its own, so that peers never appear as ::ffff:1.2.3.4.
// A stale unix socket file, on which connect is refused, is replaced; a live one is EADDRINUSE; anything else at the path
// is ENOTSOCK and stays. Its permissions come from the umask. `exclusive` means nothing for it: to accept on several
// threads, share the descriptor. An abstract name has no file, no permissions, and is free once nobody listens.
// With a descriptor: a duplicate of it, non-blocking; EINVAL when it is no stream socket that listens. The descriptor itself
// stays open, for a later Listen, and is not inherited by child processes any more.
ListenResult Listen(const ListenAddress& address, bool exclusive, bool start);

// Where an inherited socket listens: unix_path, or host and port. Empty when it cannot be told.
ListenAddress AddressOf(int descriptor);

enum class AcceptStatus : uint8_t {
  kAccepted,
  kDrained,    // EAGAIN
  kRetry,      // ECONNABORTED, EINTR, EPROTO...: the peer's fault, go on
  kExhausted,  // EMFILE, ENFILE, ENOBUFS, ENOMEM: pause accepting
  kBroken,     // EBADF, EINVAL: the listener is gone
};

// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC. TCP connections have TCP_NODELAY, inherited from what Listen set. *peer is 0-filled for unix sockets.
AcceptStatus Accept(int listener, int* fd, sockaddr_storage* peer);

}  // namespace fastserve::net
