// Connections to an upstream that I/O threads take from each other (docs/adr/0044): several threads, servers that end what is idle,
// lists of servers that change. What it is for above all is to be run under ThreadSanitizer.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "native/balance/group.h"
#include "native/base/check.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

namespace fastserve::server {
namespace {

constexpr uint32_t kIoThreads = 4;
constexpr int kClients = 16;
constexpr int kRequestsEach = 60;

// A server in a thread of its own: says which request it was asked for. Behind every `ends_after`th answer it ends the connection without a
// word, as a server does whose patience is over.
class FakeUpstream {
 public:
  explicit FakeUpstream(int ends_after) : ends_after_(ends_after) {
    listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    FASTSERVE_CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address_), size) == 0 && ::listen(listener_.get(), 128) == 0 &&
                        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address_), &size) == 0,
                    "a free loopback port");
    thread_ = std::thread([this] { Run(); });
  }
  ~FakeUpstream() {
    stopping_ = true;
    thread_.join();
  }
  std::shared_ptr<balance::Server> server(uint32_t id, const balance::ServerSettings& settings) const {
    proxy::ServerSpec spec;
    spec.id = id;
    spec.label = spec.authority = "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
    std::memcpy(&spec.address, &address_, sizeof address_);
    spec.address_length = sizeof address_;
    return std::make_shared<balance::Server>(spec, settings);
  }
  int accepted() const { return accepted_; }
  int most_open() const { return most_open_; }

 private:
  struct Peer {
    base::UniqueFd fd;
    std::string input;
  };

  void Run() {
    while (!stopping_) {
      std::vector<pollfd> watched{{listener_.get(), POLLIN, 0}};
      for (const Peer& peer : peers_) watched.push_back({peer.fd.get(), POLLIN, 0});
      ::poll(watched.data(), watched.size(), 10);
      for (size_t i = peers_.size(); i-- > 0;) {
        if (watched[i + 1].revents != 0 && !Serve(&peers_[i])) peers_.erase(peers_.begin() + static_cast<ptrdiff_t>(i));
      }
      for (int fd; (fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ++accepted_) {
        peers_.push_back({base::UniqueFd(fd), {}});
      }
      most_open_ = std::max<int>(most_open_, static_cast<int>(peers_.size()));
    }
  }
  // False: the connection has ended, or is to.
  bool Serve(Peer* peer) {
    char bytes[4096];
    const ssize_t got = ::recv(peer->fd.get(), bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    peer->input.append(bytes, static_cast<size_t>(got));
    const size_t end = peer->input.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const std::string target = peer->input.substr(4, peer->input.find(' ', 4) - 4);
    peer->input.erase(0, end + 4);
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(target.size()) + "\r\n\r\n" + target;
    ::send(peer->fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    return ends_after_ == 0 || ++answers_ % ends_after_ != 0;
  }

  const int ends_after_;
  base::UniqueFd listener_;
  sockaddr_in address_{};
  std::vector<Peer> peers_;  // of its thread, with answers_
  int answers_ = 0;
  std::atomic<int> accepted_{0}, most_open_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

ServerOptions OptionsFor(balance::ServerList servers, uint32_t keep_alive) {
  ServerOptions options;
  options.io_threads = kIoThreads;
  options.slots = 0;
  UpstreamOptions& upstream = options.upstreams.emplace_back();
  upstream.spec.name = "farm";
  upstream.spec.keep_alive = keep_alive;
  upstream.group = std::make_shared<balance::Group>("farm", balance::GroupSettings{.queue = kClients}, std::move(servers));
  upstream.idle = std::make_shared<proxy::SharedIdle>(keep_alive, kIoThreads);
  options.proxy.emplace_back().prefix = "/";
  return options;
}

// Clients in threads of their own, each over one connection, which the kernel gives to some I/O thread. Returns how many requests did not
// get their own answer.
int AskAll(const RunningServer& server, int requests_each) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&, client] {
      Client connection(server.port());
      for (int i = 0; i < requests_each; ++i) {
        const std::string target = "/" + std::to_string(client) + "/" + std::to_string(i);
        connection.Get(target);
        if (connection.Read().body != target) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return wrong;
}

TEST("threads that share a server's connections give every request its own answer, over no more than there may be") {
  FakeUpstream upstream(0);
  RunningServer server(OptionsFor({upstream.server(1, {.max_connections = 3})}, 16));
  CHECK_EQ(AskAll(server, kRequestsEach), 0);
  CHECK(upstream.most_open() <= 3);
  CHECK(upstream.accepted() <= 3);  // they changed hands instead of being opened anew
}

TEST("a connection that its server ends while threads lend it to each other costs no request its answer") {
  FakeUpstream upstream(5);
  RunningServer server(OptionsFor({upstream.server(1, {.max_connections = 3})}, 16));
  CHECK_EQ(AskAll(server, kRequestsEach), 0);
  CHECK(upstream.accepted() > 3);
}

TEST("threads that keep a few connections for themselves and lend the rest give every request its own answer") {
  FakeUpstream first(7), second(0);
  RunningServer server(OptionsFor({first.server(1, {}), second.server(2, {})}, 8));
  CHECK_EQ(AskAll(server, kRequestsEach), 0);
}

TEST("servers that come and go while threads lend connections to them cost no request its answer") {
  FakeUpstream first(0), second(0);
  const ServerOptions options = OptionsFor({first.server(1, {.max_connections = 4})}, 16);
  const std::shared_ptr<balance::Group> group = options.upstreams.front().group;
  RunningServer server(options);
  std::atomic<bool> asking{true};
  std::thread operating([&] {
    for (uint32_t id = 2; asking; ++id) {
      const balance::ServerSettings settings{.weight = 1 + id % 3, .max_connections = 2 + id % 4};
      balance::ServerList servers{first.server(1, settings)};
      if (id % 2 == 0) servers.push_back(second.server(id, settings));
      group->Set(std::move(servers));
      std::this_thread::yield();
    }
  });
  CHECK_EQ(AskAll(server, kRequestsEach), 0);
  asking = false;
  operating.join();
}

}  // namespace
}  // namespace fastserve::server
