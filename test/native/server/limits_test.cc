// What happens when there is too much, or it takes too long: 503, 504, silence.

#include <memory>
#include <string>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;
using fastserve::queue::RequestKind;

namespace {

constexpr int64_t kShortMs = 50;

}  // namespace

TEST("a full waiting line is 503 with Retry-After at once, and those in it are answered later") {
  ServerOptions options;
  options.limits.queued = 2;
  RunningServer server(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (uint64_t i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Get("/" + std::to_string(i));
    if (i < 2) REQUIRE(server.AwaitTotals([&](const Totals& totals) { return totals.queued == i + 1; }));
  }
  const Response refused = clients[2]->Read();
  CHECK_EQ(refused.status, 503);
  CHECK_EQ(refused.Field("Retry-After"), std::string("1"));
  FakeWorker worker(*server, 0, EchoEverything);
  CHECK_EQ(clients[0]->Read().body, std::string("GET /0 "));
  CHECK_EQ(clients[1]->Read().body, std::string("GET /1 "));
  clients[2]->Get("/again");  // the refusal closed nothing
  CHECK_EQ(clients[2]->Read().status, 200);
}

TEST("without worker slots a request for a worker is 404, not a wait") {
  ServerOptions options;
  options.slots = 0;
  RunningServer server(options);
  Client client(server.port());
  client.Get("/");
  CHECK_EQ(client.Read().status, 404);
}

TEST("a worker takes no more at once than limits.in_flight: the rest waits for an answer") {
  ServerOptions options;
  options.limits.in_flight = 1;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  Client first(server.port());
  first.Get("/first");
  const Seen seen = worker.AwaitRequest("/first");
  Client second(server.port());
  second.Get("/second");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  CHECK(!worker.HasSeen("/second"));
  worker.Do([&](FakeWorker& w) { w.Echo(seen); });
  CHECK_EQ(first.Read().status, 200);
  const Seen next = worker.AwaitRequest("/second");
  worker.Do([&](FakeWorker& w) { w.Echo(next); });
  CHECK_EQ(second.Read().body, std::string("GET /second "));
}

TEST("a worker that reads nothing gets a window of 64 requests, the others all the rest") {
  ServerOptions options;
  options.slots = 2;
  RunningServer server(options);
  std::mutex gate;
  std::unique_lock<std::mutex> closed(gate);
  FakeWorker stuck(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    std::lock_guard<std::mutex> open(gate);
    w.Echo(seen);
  });
  FakeWorker free(*server, 1, EchoEverything);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Get("/" + std::to_string(i));
  }
  REQUIRE(server.AwaitTotals([](const Totals& totals) {
    return totals.requests == 200 && totals.workers[1].in_flight == 0 && totals.queued == 0;
  }));
  CHECK((*server).ReadTotals().workers[0].in_flight <= 64 + 1);  // one was taken before it stood still
  closed.unlock();
  for (int i = 0; i < 200; ++i) {
    CHECK_EQ(clients[static_cast<size_t>(i)]->Read().body, "GET /" + std::to_string(i) + " ");
  }
}

TEST("a request that no worker takes in time is 503") {
  ServerOptions options;
  options.timeouts.queue_ms = kShortMs;
  RunningServer server(options);
  Client client(server.port());
  client.Get("/");
  const Response response = client.Read();
  CHECK_EQ(response.status, 503);
  CHECK_EQ(response.Field("Retry-After"), std::string("1"));
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.queued == 0; }));
}

TEST("a request past its time is 504, its worker hears of it, and its late answer reaches nobody") {
  ServerOptions options;
  options.timeouts.request_ms = kShortMs;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/late");
  const Seen late = worker.AwaitRequest("/late");
  CHECK_EQ(client.Read().status, 504);
  CHECK_EQ(worker.AwaitControl(RequestKind::kCancel, late.token).token, late.token);
  client.Get("/next");
  const Seen next = worker.AwaitRequest("/next");
  CHECK(next.token != late.token);  // Q8: the late one is still outstanding
  worker.Do([&](FakeWorker& w) {
    w.Answer(late, 200, "", "late");
    w.Echo(next);
  });
  CHECK_EQ(client.Read().body, std::string("GET /next "));
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 0; }));
}

TEST("a token that is used again has another generation, so that an answer given twice reaches nobody") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/first");
  const Seen first = worker.AwaitRequest("/first");
  worker.Do([&](FakeWorker& w) { w.Echo(first); });
  CHECK_EQ(client.Read().body, std::string("GET /first "));
  client.Get("/second");
  const Seen second = worker.AwaitRequest("/second");
  CHECK_EQ(first.token & fastserve::queue::kTokenSlotMask, second.token & fastserve::queue::kTokenSlotMask);
  CHECK(first.token != second.token);
  worker.Do([&](FakeWorker& w) {
    w.Answer(first, 200, "", std::string(50000, 'x'));  // its spill block comes back, see LeakSanitizer
    w.Echo(second);
  });
  CHECK_EQ(client.Read().body, std::string("GET /second "));
}

TEST("a request whose client has gone while it waited reaches no worker") {
  RunningServer server;
  Client gone(server.port());
  gone.Get("/gone");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  gone.Reset();
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 0 && totals.connections_open == 0; }));
  FakeWorker worker(*server, 0, EchoEverything);
  Client client(server.port());
  client.Get("/here");
  CHECK_EQ(client.Read().status, 200);
  CHECK(!worker.HasSeen("/gone"));
}

TEST("a request whose client has gone while it ran is cancelled, and its answer is dropped") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client gone(server.port());
  gone.Get("/gone");
  const Seen seen = worker.AwaitRequest("/gone");
  gone.Reset();
  CHECK_EQ(worker.AwaitControl(RequestKind::kCancel, seen.token).token, seen.token);
  CHECK_EQ((*server).ReadTotals().in_flight, uint64_t{1});  // until the worker's last word
  worker.Do([&](FakeWorker& w) { w.Drop(seen); });
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 0; }));
}

TEST("a FIN some time after a request cancels it; the answer is still sent to a client that reads") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/left");
  const Seen seen = worker.AwaitRequest("/left");
  REQUIRE(SilentFor(client, 100));  // beyond the grace of a half-close that belongs to its request
  client.HalfClose();
  CHECK_EQ(worker.AwaitControl(RequestKind::kCancel, seen.token).token, seen.token);
  worker.Do([&](FakeWorker& w) { w.Echo(seen); });
  CHECK_EQ(client.Read().body, std::string("GET /left "));
  CHECK(client.AwaitEnd() == End::kFin);
}

TEST("a record that was cancelled before its worker read it is marked in place and not started") {
  RunningServer server;
  std::mutex gate;
  std::unique_lock<std::mutex> closed(gate);
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    std::lock_guard<std::mutex> open(gate);
    if (seen.kind == RequestKind::kRequest) w.Echo(seen);
  });
  Client first(server.port());
  first.Get("/first");
  worker.AwaitRequest("/first");  // the worker stands in it
  Client gone(server.port());
  gone.Get("/gone");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 2; }));
  gone.Reset();
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 1; }));
  closed.unlock();
  CHECK_EQ(first.Read().status, 200);
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 0; }));
  CHECK(!worker.HasSeen("/gone"));
}

TEST("a client that never says anything is closed in silence") {
  ServerOptions options;
  options.timeouts.header_ms = kShortMs;
  RunningServer server(options);
  Client client(server.port());
  CHECK(client.AwaitEnd() == End::kFin);
}

TEST("a head that does not end in time is 408") {
  ServerOptions options;
  options.timeouts.header_ms = kShortMs;
  RunningServer server(options);
  Client client(server.port());
  client.Send("GET / HTTP/1.1\r\nHost:");
  CHECK_EQ(client.Read().status, 408);
  CHECK(client.AwaitEnd() == End::kFin);
}

TEST("content that does not come in time is 408") {
  ServerOptions options;
  options.timeouts.body_ms = kShortMs;
  RunningServer server(options);
  FakeWorker worker(*server, 0, EchoEverything);
  Client client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  CHECK_EQ(client.Read().status, 408);
  CHECK_EQ(worker.seen_count(), size_t{0});
}

TEST("an idle connection is closed after the keep-alive time, not before its request is answered") {
  ServerOptions options;
  options.timeouts.keep_alive_ms = kShortMs;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/");
  const Seen seen = worker.AwaitRequest("/");
  CHECK(SilentFor(client, 3 * kShortMs));
  worker.Do([&](FakeWorker& w) { w.Echo(seen); });
  CHECK_EQ(client.Read().status, 200);
  CHECK(client.AwaitEnd() == End::kFin);
}

TEST("a client that takes nothing of its answer is cut off after the write time") {
  ServerOptions options;
  options.timeouts.write_ms = kShortMs;
  RunningServer server(options);
  const std::string large(32u << 20, 'w');
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) { w.Answer(seen, 200, "", large); });
  Client client(server.port(), 8192);
  client.Get("/");
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.requests == 1 && totals.connections_open == 0; }));
  CHECK(!client.Read().complete);
}

TEST("content left unread by an answered request is passed over, and the idle connection is not called slow for it") {
  ServerOptions options;
  options.timeouts.body_ms = kShortMs;
  RunningServer server(options);
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) w.Answer(seen, 200, "", "unread");
  });
  Client client(server.port());
  const std::string content(40000, 'u');
  client.Send("POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 40000\r\n\r\n" + content);
  CHECK_EQ(client.Read().body, std::string("unread"));
  CHECK(SilentFor(client, 4 * kShortMs));  // no 408
  client.Get("/2");
  CHECK_EQ(client.Read().status, 200);
}
