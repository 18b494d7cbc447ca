// Content that goes from the socket into the ring with no stop in between: ReceiveContent(), FindRoom() and SubmitInto(). Also under
// TSan: the I/O thread writes where the worker reads next.
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "native/queue/layout.h"
#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

namespace fastserve::server {
namespace {

ServerOptions OneSlot(uint32_t io_threads = 1) {
  ServerOptions options;
  options.slots = 1;
  options.io_threads = io_threads;
  return options;
}

std::string Post(const std::string& target, const std::string& content) {
  return "POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
}

// A letter for each place, so that a piece that is lost, or stands elsewhere, is seen.
std::string Pattern(size_t size, size_t seed) {
  std::string content(size, '\0');
  for (size_t i = 0; i < size; ++i) content[i] = static_cast<char>('a' + (i * 7 + i / 251 + seed) % 26);
  return content;
}

// Answers with the content, whichever way it came. The worker's thread, but for `whole`.
class ContentEcho {
 public:
  void operator()(FakeWorker& worker, const Seen& seen) {
    const std::pair key(seen.channel, seen.token);
    if (seen.kind == queue::RequestKind::kRequest) {
      if ((seen.flags & queue::kFlagBodyStream) != 0) {
        streams_[key].clear();
        return worker.Grant(seen, queue::kStreamWindowBytes);
      }
      if (seen.body.size() > queue::kInlineBodyBytes) whole.fetch_add(1);
      return worker.Answer(seen, 200, "", seen.body);
    }
    if (seen.kind != queue::RequestKind::kBodyChunk) return;
    streams_[key] += seen.body;
    if ((seen.flags & queue::kFlagBodyEnd) != 0) worker.Answer(seen, 200, "", streams_[key]);
  }
  FakeWorker::Handler handler() {
    return [this](FakeWorker& worker, const Seen& seen) { (*this)(worker, seen); };
  }

  // Requests with content larger than what is collected before the hand-over: it can only have been received into the ring.
  std::atomic<size_t> whole{0};

 private:
  std::map<std::pair<uint32_t, uint32_t>, std::string> streams_;
};

TEST("content of every size about the limits of how it travels arrives as it was sent, on one connection") {
  RunningServer server(OneSlot());
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  Client client(server.port());
  for (const size_t size : {size_t{1}, size_t{1460}, size_t{queue::kInlineBodyBytes - 1}, size_t{queue::kInlineBodyBytes},
                            size_t{queue::kInlineBodyBytes + 1}, size_t{queue::kWholeBodyBytes}, size_t{queue::kWholeBodyBytes + 1}}) {
    const std::string content = Pattern(size, size);
    REQUIRE(client.Send(Post("/", content)));
    CHECK(client.Read().body == content);
  }
}

TEST("content that comes in two parts, the head in a part of its own, arrives whole") {
  RunningServer server(OneSlot());
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  Client client(server.port());
  const std::string content = Pattern(40000, 1);
  const std::string request = Post("/", content);
  for (const size_t first : {request.size() - content.size(), request.size() - 4000, request.size() - 1}) {
    REQUIRE(client.Send(request.substr(0, first)));
    REQUIRE(client.Send(request.substr(first)));
    CHECK(client.Read().body == content);
  }
}

TEST("what follows received content on its connection is the next request") {
  RunningServer server(OneSlot());
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  Client client(server.port());
  const std::string first = Pattern(30000, 1);
  const std::string second = Pattern(50000, 2);
  REQUIRE(client.Send(Post("/1", first) + Post("/2", second)));
  CHECK(client.Read().body == first);
  CHECK(client.Read().body == second);
}

TEST("a FIN behind content that was received at once is heard: the client still gets its answer") {
  RunningServer server(OneSlot());
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  Client client(server.port());
  const std::string content = Pattern(40000, 3);
  REQUIRE(client.Send(Post("/", content)));
  client.HalfClose();
  CHECK(client.Read().body == content);
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 0; }));
}

TEST("clients that send content at once, over two I/O threads and around the ring many times, each get theirs back") {
  constexpr size_t kClients = 4;
  // Of 16 to 64 KiB: some rings' worth for each I/O thread.
  constexpr size_t kRequests = 100;
  RunningServer server(OneSlot(2));
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  std::atomic<size_t> right{0};
  std::vector<std::thread> threads;
  for (size_t client_index = 0; client_index < kClients; ++client_index) {
    threads.emplace_back([&, client_index] {
      Client client(server.port());
      for (size_t i = 0; i < kRequests; ++i) {
        const std::string content = Pattern(16000 + (i * 7919 + client_index) % 48000, client_index * 31 + i);
        if (!client.Send(Post("/", content))) return;
        if (client.Read().body == content) right.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(right.load(), kClients * kRequests);
  CHECK(echo.whole.load() > 0);
}

TEST("a worker that dies with received content not started loses none of it") {
  RunningServer server(OneSlot());
  const std::string content = Pattern(15000, 5);
  Client first(server.port()), second(server.port());
  {
    FakeWorker dying(*server, 0, [](FakeWorker& w, const Seen&) { w.DieInBatch(); });
    dying.Do([&](FakeWorker&) {
      // Both are in the ring before the worker looks: it dies with the first.
      first.Send(Post("/1", content));
      CHECK(server.AwaitTotals([](const Totals& totals) { return totals.requests_to_workers == 1; }));
      second.Send(Post("/2", content));
      CHECK(server.AwaitTotals([](const Totals& totals) { return totals.requests_to_workers == 2; }));
    });
    CHECK_EQ(first.Read().status, 502);
  }
  ContentEcho echo;
  FakeWorker next(*server, 0, echo.handler());
  CHECK(second.Read().body == content);
}

// More than a ring takes, while its worker stands still.
constexpr size_t kCrowd = 40;

struct Crowd {
  Crowd(uint16_t port, size_t bytes) {
    for (size_t i = 0; i < kCrowd; ++i) {
      clients.push_back(std::make_unique<Client>(port));
      contents.push_back(Pattern(bytes, i));
      clients.back()->Send(Post("/", contents.back()));
    }
  }
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::string> contents;
};

TEST("content for which no ring has room stays in its socket until one has, and arrives whole") {
  RunningServer server(OneSlot());
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  std::unique_ptr<Crowd> crowd;
  worker.Do([&](FakeWorker&) {
    crowd = std::make_unique<Crowd>(server.port(), 60000);
    CHECK(server.AwaitTotals([](const Totals& totals) { return totals.queued > 0 && totals.queued + totals.requests_to_workers == kCrowd; }));
  });
  for (size_t i = 0; i < kCrowd; ++i) CHECK(crowd->clients[i]->Read().body == crowd->contents[i]);
  // A ring takes 17 of them. One whose content came behind its head is streamed.
  CHECK(echo.whole.load() > kCrowd / 2);
  // Each connection goes on with its next request.
  for (size_t i = 0; i < kCrowd; ++i) crowd->clients[i]->Send(Post("/", crowd->contents[i]));
  for (size_t i = 0; i < kCrowd; ++i) CHECK(crowd->clients[i]->Read().body == crowd->contents[i]);
}

TEST("content that waits in its socket for a worker that comes later arrives whole") {
  RunningServer server(OneSlot());
  const std::string content = Pattern(60000, 1);
  Client client(server.port());
  client.Send(Post("/1", content) + Post("/2", content));
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  CHECK(client.Read().body == content);
  CHECK(client.Read().body == content);
}

TEST("a client that leaves while its content waits in its socket is forgotten, and the others are served") {
  RunningServer server(OneSlot());
  const std::string content = Pattern(60000, 1);
  Client stays(server.port());
  {
    Client leaves(server.port());
    leaves.Send(Post("/leaves", content));
    REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
    stays.Send(Post("/stays", content));
    REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 2; }));
    REQUIRE(SilentFor(leaves, 100));  // beyond the grace of a half-close that belongs to its request
  }
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  CHECK(stays.Read().body == content);
  CHECK(!worker.HasSeen("/leaves"));
}

TEST("content whose request has waited too long in its socket is thrown away behind the 503, and the connection goes on") {
  ServerOptions options = OneSlot();
  options.timeouts.queue_ms = 50;
  RunningServer server(options);
  const std::string content = Pattern(60000, 1);
  Client client(server.port());
  client.Send(Post("/", content));
  CHECK_EQ(client.Read().status, 503);
  ContentEcho echo;
  FakeWorker worker(*server, 0, echo.handler());
  client.Send(Post("/", content));
  CHECK(client.Read().body == content);
}

}  // namespace
}  // namespace fastserve::server
