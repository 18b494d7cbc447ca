// Opening and accepting over TCP and unix sockets.
#include "native/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string_view>

#include "native/net/loopback.h"

namespace fastserve::net {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// To be called before anything that could change errno; closing `fd` afterwards does no harm.
ListenResult Failed(const char* step, int error = errno) {
  ListenResult result;
  result.error = error;
  result.step = step;
  return result;
}

base::UniqueFd OpenSocket(int family) {
  return base::UniqueFd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool Enable(const base::UniqueFd& fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd.get(), level, option, &on, sizeof on) == 0;
}

bool ParseIpv4(const ListenAddress& address, SocketAddress* parsed) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.host.c_str(), &in.sin_addr) != 1) return false;
  std::memcpy(&parsed->storage, &in, sizeof in);
  parsed->length = sizeof in;
  return true;
}

// With an optional zone (RFC 4007 11), which must name an interface of this machine.
bool ParseIpv6(const ListenAddress& address, SocketAddress* parsed) {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(address.port);
  const size_t percent = address.host.find('%');
  if (::inet_pton(AF_INET6, address.host.substr(0, percent).c_str(), &in.sin6_addr) != 1) return false;
  if (percent != std::string::npos) {
    in.sin6_scope_id = ::if_nametoindex(address.host.c_str() + percent + 1);
    if (in.sin6_scope_id == 0) return false;
  }
  std::memcpy(&parsed->storage, &in, sizeof in);
  parsed->length = sizeof in;
  return true;
}

// A socket with the options that every socket of ours has before bind, the shared port aside. Null step: it worked.
const char* PrepareTcp(const SocketAddress& address, base::UniqueFd* fd) {
  *fd = OpenSocket(address.family());
  if (!fd->valid()) return "socket";
  // Connections of a server that is gone may linger in TIME_WAIT: they must not keep the port.
  if (!Enable(*fd, SOL_SOCKET, SO_REUSEADDR)) return "setsockopt";
  if (address.family() == AF_INET6 && !Enable(*fd, IPPROTO_IPV6, IPV6_V6ONLY)) return "setsockopt";
  return nullptr;
}

uint16_t BoundPort(const base::UniqueFd& fd) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0) return 0;
  if (bound.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port);
}

ListenResult ListenTcp(const ListenAddress& address, bool exclusive, bool start) {
  SocketAddress parsed;
  if (!ParseIpv4(address, &parsed) && !ParseIpv6(address, &parsed)) return Failed("address", EINVAL);

  // The probe lives until the shared socket is bound, so that at no moment the port is free for everyone. Without
  // SO_REUSEPORT its bind fails when any socket listens there, whatever that one's options are.
  base::UniqueFd probe;
  if (exclusive && address.port != 0) {
    if (const char* step = PrepareTcp(parsed, &probe)) return Failed(step);
    if (::bind(probe.get(), parsed.get(), parsed.length) != 0) return Failed("bind");
  }
  ListenResult result;
  if (const char* step = PrepareTcp(parsed, &result.fd)) return Failed(step);
  if (!Enable(result.fd, SOL_SOCKET, SO_REUSEPORT)) return Failed("setsockopt");
  if (!Enable(result.fd, IPPROTO_TCP, TCP_NODELAY)) return Failed("setsockopt");
  if (IsLoopback(parsed.get())) SendUnpaced(result.fd.get());
  if (::bind(result.fd.get(), parsed.get(), parsed.length) != 0) return Failed("bind");
  if (start && ::listen(result.fd.get(), address.backlog) != 0) return Failed("listen");
  result.port = BoundPort(result.fd);
  return result;
}

// Whether the file at `path` is a socket that nobody listens on. False with *why set otherwise.
bool IsStaleSocket(const std::string& path, const SocketAddress& address, ListenResult* why) {
  struct stat before;
  struct stat after;
  if (::lstat(path.c_str(), &before) != 0) {
    *why = Failed("lstat");
    return false;
  }
  if (!S_ISSOCK(before.st_mode)) {
    *why = Failed("bind", ENOTSOCK);
    return false;
  }
  const base::UniqueFd client = OpenSocket(AF_UNIX);
  if (!client.valid()) {
    *why = Failed("socket");
    return false;
  }
  const bool connected = ::connect(client.get(), address.get(), address.length) == 0;
  if (connected || errno != ECONNREFUSED) {
    // EAGAIN: its backlog is full. EPROTOTYPE: a datagram socket. Both are in use; what we may not tell (EACCES) we keep.
    *why = !connected && errno == EACCES ? Failed("connect") : Failed("bind", EADDRINUSE);
    return false;
  }
  // Another server may have replaced the file since: that one is not ours to remove.
  if (::lstat(path.c_str(), &after) != 0 || after.st_dev != before.st_dev || after.st_ino != before.st_ino) {
    *why = Failed("bind", EADDRINUSE);
    return false;
  }
  return true;
}

ListenResult ListenUnix(const ListenAddress& address, bool start) {
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  const std::string& path = address.unix_path;
  if (path.size() >= sizeof un.sun_path) return Failed("address", ENAMETOOLONG);
  std::memcpy(un.sun_path, path.data(), path.size());
  SocketAddress parsed;
  std::memcpy(&parsed.storage, &un, sizeof un);
  parsed.length = sizeof un;
  const bool is_abstract = path.starts_with('@');
  if (is_abstract) {
    // Every byte of the length belongs to such a name.
    un.sun_path[0] = '\0';
    std::memcpy(&parsed.storage, &un, sizeof un);
    parsed.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  }

  ListenResult result;
  result.fd = OpenSocket(AF_UNIX);
  if (!result.fd.valid()) return Failed("socket");
  if (::bind(result.fd.get(), parsed.get(), parsed.length) != 0) {
    if (errno != EADDRINUSE || is_abstract) return Failed("bind");
    ListenResult why;
    if (!IsStaleSocket(path, parsed, &why)) return why;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return Failed("unlink");
    if (::bind(result.fd.get(), parsed.get(), parsed.length) != 0) return Failed("bind");
  }
  if (start && ::listen(result.fd.get(), address.backlog) != 0) return Failed("listen");
  return result;
}

ListenResult ListenInherited(int descriptor) {
  int type = 0;
  int listens = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return Failed("getsockopt");
  length = sizeof listens;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0) return Failed("getsockopt");
  if (type != SOCK_STREAM || listens == 0) return Failed("listen", EINVAL);
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
    return Failed("fcntl");
  }
  ListenResult result;
  result.fd = base::UniqueFd(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (!result.fd.valid()) return Failed("dup");
  Enable(result.fd, IPPROTO_TCP, TCP_NODELAY);  // fails for a unix socket, which needs none
  result.port = BoundPort(result.fd);
  return result;
}

AcceptStatus StatusOfAcceptError(int error) {
  switch (error) {
    case EAGAIN:
      return AcceptStatus::kDrained;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return AcceptStatus::kExhausted;
    case EBADF:
    case EFAULT:
    case EINVAL:
    case ENOTSOCK:
      return AcceptStatus::kBroken;
    default:
      // accept(2): Linux passes errors of the new connection on (ENETDOWN, EPROTO, EHOSTUNREACH, EPERM of a firewall...).
      return AcceptStatus::kRetry;
  }
}

}  // namespace

ListenResult Listen(const ListenAddress& address, bool exclusive, bool start) {
  if (address.descriptor >= 0) return ListenInherited(address.descriptor);
  return address.unix_path.empty() ? ListenTcp(address, exclusive, start) : ListenUnix(address, start);
}

ListenAddress AddressOf(int descriptor) {
  ListenAddress address;
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &length) != 0) return address;
  char text[INET6_ADDRSTRLEN] = "";
  if (bound.ss_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&bound);
    address.host = ::inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    address.port = ntohs(in->sin_port);
  } else if (bound.ss_family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&bound);
    address.host = ::inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
    address.port = ntohs(in->sin6_port);
  } else if (bound.ss_family == AF_UNIX && length > offsetof(sockaddr_un, sun_path)) {
    const auto* un = reinterpret_cast<const sockaddr_un*>(&bound);
    address.unix_path.assign(un->sun_path, ::strnlen(un->sun_path, length - offsetof(sockaddr_un, sun_path)));
  }
  return address;
}

AcceptStatus Accept(int listener, int* fd, sockaddr_storage* peer) {
  *peer = {};
  socklen_t length = sizeof *peer;
  const int accepted =
      ::accept4(listener, reinterpret_cast<sockaddr*>(peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) return StatusOfAcceptError(errno);
  if (peer->ss_family == AF_UNIX) *peer = {};
  *fd = accepted;
  return AcceptStatus::kAccepted;
}

}  // namespace fastserve::net
