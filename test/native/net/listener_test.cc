// Listen and Accept on real sockets of the loopback. A "foreign" listener is one that Listen did not open: the kernel
// asks whose user a socket is, not whose process.
#include "native/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "test/native/testing.h"

using fastserve::base::UniqueFd;
using fastserve::net::Accept;
using fastserve::net::AcceptStatus;
using fastserve::net::Listen;
using fastserve::net::ListenAddress;
using fastserve::net::ListenResult;

namespace {

ListenResult ListenTcp(uint16_t port, bool exclusive = true, bool start = true, const char* host = "127.0.0.1") {
  return Listen({.host = host, .port = port, .unix_path = ""}, exclusive, start);
}

ListenResult ListenUnix(const std::string& path, bool start = true) {
  return Listen({.host = "", .port = 0, .unix_path = path}, true, start);
}

UniqueFd ConnectTcp(uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd.Reset();
  return fd;
}

UniqueFd ConnectUnix(const std::string& path) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd.Reset();
  return fd;
}

// A listener with options of its own choice on a free port of `ip`.
UniqueFd ForeignListener(bool reuse_port, uint32_t ip, uint16_t* port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (reuse_port) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(ip);
  socklen_t length = sizeof address;
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(::listen(fd.get(), 8) == 0);
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  *port = ntohs(address.sin_port);
  return fd;
}

AcceptStatus AcceptWithin(int listener, int timeout_ms, UniqueFd* fd, sockaddr_storage* peer) {
  pollfd watched{listener, POLLIN, 0};
  ::poll(&watched, 1, timeout_ms);
  int accepted = -1;
  const AcceptStatus status = Accept(listener, &accepted, peer);
  fd->Reset(accepted);
  return status;
}

// A directory of its own for each test, removed with what the test left in it.
class Directory {
 public:
  Directory() { REQUIRE(::mkdtemp(path_) != nullptr); }
  ~Directory() {
    ::unlink(File().c_str());
    ::rmdir(path_);
  }
  std::string File() const { return std::string(path_) + "/socket"; }

 private:
  char path_[32] = "/tmp/fastserve-listener-XXXXXX";
};

ino_t InodeOf(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

TEST("port 0 takes a free port, says which, and answers there") {
  const ListenResult result = ListenTcp(0);
  REQUIRE(result.fd.valid());
  CHECK(result.port != 0);
  CHECK_EQ(result.error, 0);
  const UniqueFd client = ConnectTcp(result.port);
  CHECK(client.valid());
}

TEST("a listener that is not started refuses connections until it listens") {
  const ListenResult result = ListenTcp(0, true, false);
  REQUIRE(result.fd.valid());
  CHECK(!ConnectTcp(result.port).valid());
  REQUIRE(::listen(result.fd.get(), 16) == 0);
  CHECK(ConnectTcp(result.port).valid());
}

TEST("listeners and accepted connections are non-blocking and closed on exec") {
  const ListenResult result = ListenTcp(0);
  const UniqueFd client = ConnectTcp(result.port);
  UniqueFd accepted;
  sockaddr_storage peer;
  REQUIRE(AcceptWithin(result.fd.get(), 10000, &accepted, &peer) == AcceptStatus::kAccepted);
  for (const int fd : {result.fd.get(), accepted.get()}) {
    CHECK(::fcntl(fd, F_GETFL) & O_NONBLOCK);
    CHECK(::fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
}

TEST("a connection of a loopback listener is not paced, one of another listener is what the system chooses") {
  const auto algorithm_of_accepted = [](const char* host) {
    const ListenResult result = ListenTcp(0, true, true, host);
    const UniqueFd client = ConnectTcp(result.port);
    UniqueFd accepted;
    sockaddr_storage peer;
    char algorithm[16] = {};
    socklen_t length = sizeof algorithm - 1;
    if (AcceptWithin(result.fd.get(), 10000, &accepted, &peer) != AcceptStatus::kAccepted) return std::string("none");
    ::getsockopt(accepted.get(), IPPROTO_TCP, TCP_CONGESTION, algorithm, &length);
    return std::string(algorithm);
  };
  const UniqueFd untouched(::socket(AF_INET, SOCK_STREAM, 0));
  char usual[16] = {};
  socklen_t length = sizeof usual - 1;
  REQUIRE(::getsockopt(untouched.get(), IPPROTO_TCP, TCP_CONGESTION, usual, &length) == 0);
  const bool is_paced = std::string(usual).starts_with("bbr");
  CHECK_EQ(algorithm_of_accepted("127.0.0.1"), is_paced ? "reno" : std::string(usual));
  CHECK_EQ(algorithm_of_accepted("0.0.0.0"), std::string(usual));
}

TEST("an accepted TCP connection has no Nagle delay and knows its peer") {
  const ListenResult result = ListenTcp(0);
  const UniqueFd client = ConnectTcp(result.port);
  UniqueFd accepted;
  sockaddr_storage peer;
  REQUIRE(AcceptWithin(result.fd.get(), 10000, &accepted, &peer) == AcceptStatus::kAccepted);
  int no_delay = 0;
  socklen_t length = sizeof no_delay;
  ::getsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
  CHECK_EQ(no_delay, 1);
  sockaddr_in local{};
  length = sizeof local;
  ::getsockname(client.get(), reinterpret_cast<sockaddr*>(&local), &length);
  const auto* seen = reinterpret_cast<const sockaddr_in*>(&peer);
  CHECK_EQ(peer.ss_family, AF_INET);
  CHECK_EQ(seen->sin_port, local.sin_port);
  CHECK_EQ(seen->sin_addr.s_addr, local.sin_addr.s_addr);
}

TEST("Accept says kDrained when nobody waits") {
  const ListenResult result = ListenTcp(0);
  int fd = -1;
  sockaddr_storage peer;
  CHECK_EQ(Accept(result.fd.get(), &fd, &peer), AcceptStatus::kDrained);
  CHECK_EQ(fd, -1);
}

TEST("Accept says kExhausted when no descriptor is left, and accepts the same connection later") {
  const ListenResult result = ListenTcp(0);
  const UniqueFd client = ConnectTcp(result.port);
  pollfd watched{result.fd.get(), POLLIN, 0};
  REQUIRE(::poll(&watched, 1, 10000) == 1);
  const int lowest_free = ::dup(0);
  REQUIRE(lowest_free >= 0);
  ::close(lowest_free);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  int fd = -1;
  sockaddr_storage peer;
  CHECK_EQ(Accept(result.fd.get(), &fd, &peer), AcceptStatus::kExhausted);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_EQ(Accept(result.fd.get(), &fd, &peer), AcceptStatus::kAccepted);
  ::close(fd);
}

TEST("Accept says kBroken on a descriptor that does not listen") {
  const ListenResult result = ListenTcp(0, true, false);
  int fd = -1;
  sockaddr_storage peer;
  CHECK_EQ(Accept(result.fd.get(), &fd, &peer), AcceptStatus::kBroken);
  CHECK_EQ(Accept(-1, &fd, &peer), AcceptStatus::kBroken);
}

TEST("later listeners of a server share the port of the first") {
  const ListenResult first = ListenTcp(0);
  const ListenResult second = ListenTcp(first.port, false);
  REQUIRE(second.fd.valid());
  CHECK_EQ(second.port, first.port);
}

TEST("an exclusive listener refuses the port of another server that shares ports") {
  const ListenResult other = ListenTcp(0);
  const ListenResult mine = ListenTcp(other.port);
  CHECK(!mine.fd.valid());
  CHECK_EQ(mine.error, EADDRINUSE);
  CHECK_EQ(std::string(mine.step), "bind");
}

TEST("an exclusive listener refuses the port of any foreign listener, with or without SO_REUSEPORT") {
  for (const bool reuse_port : {false, true}) {
    for (const uint32_t ip : {uint32_t{INADDR_LOOPBACK}, uint32_t{INADDR_ANY}}) {
      uint16_t port = 0;
      const UniqueFd foreign = ForeignListener(reuse_port, ip, &port);
      CHECK_EQ(ListenTcp(port).error, EADDRINUSE);
      CHECK_EQ(ListenTcp(port, true, true, "0.0.0.0").error, EADDRINUSE);
    }
  }
}

TEST("connections in TIME_WAIT do not keep an exclusive listener from its port") {
  for (const bool reuse_port : {false, true}) {
    uint16_t port = 0;
    UniqueFd foreign = ForeignListener(reuse_port, INADDR_LOOPBACK, &port);
    {
      const UniqueFd client = ConnectTcp(port);
      UniqueFd accepted;
      sockaddr_storage peer;
      REQUIRE(AcceptWithin(foreign.get(), 10000, &accepted, &peer) == AcceptStatus::kAccepted);
      accepted.Reset();  // the server closes first: TIME_WAIT is on its side, once the client's FIN comes
      char byte;
      REQUIRE(::read(client.get(), &byte, 1) == 0);
    }
    foreign.Reset();
    const ListenResult mine = ListenTcp(port);
    CHECK_EQ(mine.error, 0);
    CHECK_EQ(mine.port, port);
  }
}

TEST("an IPv6 listener leaves the IPv4 port to others") {
  const ListenResult six = ListenTcp(0, true, true, "::");
  if (six.error == EAFNOSUPPORT || six.error == EADDRNOTAVAIL) return;  // a machine without IPv6
  REQUIRE(six.fd.valid());
  const ListenResult four = ListenTcp(six.port, true, true, "0.0.0.0");
  CHECK_EQ(four.error, 0);
}

TEST("a host that is no literal address is an error of the address") {
  for (const char* host : {"", "localhost", "127.0.0.1 ", "127.1", "[::1]", "::1%no-such-interface", "1.2.3.4.5"}) {
    const ListenResult result = ListenTcp(0, true, true, host);
    CHECK(!result.fd.valid());
    CHECK_EQ(result.error, EINVAL);
    CHECK_EQ(std::string(result.step), "address");
  }
}

TEST("an address that is not this machine's fails in bind") {
  const ListenResult result = ListenTcp(0, true, true, "192.0.2.1");
  CHECK_EQ(result.error, EADDRNOTAVAIL);
  CHECK_EQ(std::string(result.step), "bind");
}

TEST("a unix listener answers, and its peers have no address") {
  const Directory directory;
  const ListenResult result = ListenUnix(directory.File());
  REQUIRE(result.fd.valid());
  CHECK_EQ(result.port, 0);
  const UniqueFd client = ConnectUnix(directory.File());
  REQUIRE(client.valid());
  UniqueFd accepted;
  sockaddr_storage peer;
  std::memset(&peer, 0xAA, sizeof peer);
  REQUIRE(AcceptWithin(result.fd.get(), 10000, &accepted, &peer) == AcceptStatus::kAccepted);
  const sockaddr_storage zero{};
  CHECK_EQ(std::memcmp(&peer, &zero, sizeof peer), 0);
}

TEST("a unix socket file that a dead server left is replaced") {
  const Directory directory;
  ListenResult dead = ListenUnix(directory.File());
  REQUIRE(dead.fd.valid());
  dead.fd.Reset();
  const ListenResult result = ListenUnix(directory.File());
  CHECK_EQ(result.error, 0);
  CHECK(ConnectUnix(directory.File()).valid());
}

TEST("a unix socket that somebody listens on is EADDRINUSE and stays") {
  const Directory directory;
  const ListenResult live = ListenUnix(directory.File());
  REQUIRE(live.fd.valid());
  const ino_t inode = InodeOf(directory.File());
  const ListenResult result = ListenUnix(directory.File());
  CHECK_EQ(result.error, EADDRINUSE);
  CHECK_EQ(InodeOf(directory.File()), inode);
  CHECK(ConnectUnix(directory.File()).valid());
}

TEST("a live unix socket whose backlog is full is not taken for a stale one") {
  const Directory directory;
  const ListenResult live =
      Listen({.host = "", .port = 0, .unix_path = directory.File(), .backlog = 0}, true, true);
  REQUIRE(live.fd.valid());
  const UniqueFd waiting = ConnectUnix(directory.File());
  REQUIRE(waiting.valid());
  CHECK_EQ(ListenUnix(directory.File()).error, EADDRINUSE);
  CHECK(InodeOf(directory.File()) != 0);
}

TEST("a file or a link at the path of a unix socket is ENOTSOCK and stays") {
  const Directory directory;
  const UniqueFd file(::open(directory.File().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  REQUIRE(file.valid());
  CHECK_EQ(ListenUnix(directory.File()).error, ENOTSOCK);
  CHECK(InodeOf(directory.File()) != 0);
  REQUIRE(::unlink(directory.File().c_str()) == 0);
  REQUIRE(::symlink("/nowhere", directory.File().c_str()) == 0);
  CHECK_EQ(ListenUnix(directory.File()).error, ENOTSOCK);
  CHECK(InodeOf(directory.File()) != 0);
}

TEST("a path too long for a unix socket is an error of the address, not a shorter path") {
  const ListenResult result = ListenUnix("/tmp/" + std::string(200, 'x'));
  CHECK_EQ(result.error, ENAMETOOLONG);
  CHECK_EQ(std::string(result.step), "address");
}

TEST("a unix socket in a directory that does not exist fails in bind") {
  const ListenResult result = ListenUnix("/tmp/fastserve-no-such-directory/socket");
  CHECK_EQ(result.error, ENOENT);
  CHECK_EQ(std::string(result.step), "bind");
}
