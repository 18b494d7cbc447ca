// Death of a worker: nothing is lost, nothing is answered twice, nobody gets another's answer (Q6, Q8).
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;
using fastserve::queue::RequestKind;

TEST("a request that was started when its worker died is 502, one that was not goes to the next worker") {
  RunningServer server;
  std::vector<std::unique_ptr<Client>> clients;
  Client blocker(server.port());
  {
    // Three requests wait while there is no worker, so that they reach it in one batch.
    for (int i = 0; i < 3; ++i) {
      clients.push_back(std::make_unique<Client>(server.port()));
      clients.back()->Get("/" + std::to_string(i));
      REQUIRE(server.AwaitTotals([&](const Totals& totals) { return totals.queued == static_cast<uint64_t>(i) + 1; }));
    }
    FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen&) { w.DieInBatch(); });
    REQUIRE(worker.AwaitRequest("/0").target == "/0");
  }
  CHECK_EQ(clients[0]->Read().status, 502);
  FakeWorker next(*server, 0, EchoEverything);
  CHECK_EQ(clients[1]->Read().body, std::string("GET /1 "));
  CHECK_EQ(clients[2]->Read().body, std::string("GET /2 "));
  CHECK_EQ((*server).ReadTotals().redispatched, uint64_t{2});
}

TEST("a request with content that was not started keeps its content") {
  RunningServer server;
  Client first(server.port());
  Client second(server.port());
  first.Get("/dies");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  const std::string content(10000, 'c');
  second.Send("POST /kept HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n" + content);
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 2; }));
  FakeWorker(*server, 0, [](FakeWorker& w, const Seen&) { w.DieInBatch(); }).AwaitRequest("/dies");
  FakeWorker next(*server, 0, EchoEverything);
  CHECK(second.Read().body == "POST /kept " + content);
}

TEST("what a worker answered before it died is delivered") {
  RunningServer server;
  Client client(server.port());
  Client started(server.port());
  FakeWorker worker(*server, 0);
  client.Get("/answered");
  started.Get("/started");
  const Seen answered = worker.AwaitRequest("/answered");
  worker.AwaitRequest("/started");
  worker.Do([&](FakeWorker& w) { w.Echo(answered); });
  worker.Die();
  CHECK_EQ(client.Read().body, std::string("GET /answered "));
  CHECK_EQ(started.Read().status, 502);
}

TEST("a stream whose worker died is cut, and the requests behind it on the connection are dropped in peace") {
  RunningServer server;
  Client client(server.port());
  client.Get("/stream");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  client.Get("/behind");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 2; }));
  {
    FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
      w.StartStream(seen, 200);
      w.Chunk(seen, "half");
      w.DieInBatch();  // "/behind" is not started
    });
    REQUIRE(worker.AwaitRequest("/stream").target == "/stream");
  }
  CHECK(!client.Read().complete);
  FakeWorker next(*server, 0, EchoEverything);
  Client other(server.port());
  other.Get("/other");
  CHECK_EQ(other.Read().body, std::string("GET /other "));
  CHECK(!next.HasSeen("/behind"));
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.queued == 0 && totals.in_flight == 0; }));
}

TEST("a started request's 502 closes nothing: the connection is used again") {
  RunningServer server;
  Client client(server.port());
  {
    FakeWorker worker(*server, 0);
    client.Get("/lost");
    worker.AwaitRequest("/lost");
  }
  CHECK_EQ(client.Read().status, 502);
  FakeWorker next(*server, 0, EchoEverything);
  client.Get("/again");
  CHECK_EQ(client.Read().body, std::string("GET /again "));
}

TEST("a request that was cancelled and not started does not run in the next worker") {
  RunningServer server;
  Client holds(server.port());
  FakeWorker worker(*server, 0);
  holds.Get("/holds");
  worker.AwaitRequest("/holds");
  Client gone(server.port());
  gone.Get("/gone");
  worker.AwaitRequest("/gone");
  gone.Reset();
  CHECK(worker.AwaitControl(RequestKind::kCancel, worker.AwaitRequest("/gone").token).kind == RequestKind::kCancel);
  worker.Die();
  CHECK_EQ(holds.Read().status, 502);
  FakeWorker next(*server, 0, EchoEverything);
  holds.Get("/next");
  CHECK_EQ(holds.Read().status, 200);
  CHECK(!next.HasSeen("/gone"));
}

TEST("a worker that leaves at the end of its batch gives its slot over whole (Q7)") {
  RunningServer server;
  for (int round = 0; round < 50; ++round) {
    Client client(server.port());
    client.Get("/last");
    FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
      w.Echo(seen);
      w.LeaveBehindBatch();
    });
    CHECK_EQ(client.Read().body, std::string("GET /last "));
  }
  FakeWorker worker(*server, 0, EchoEverything);
  Client client(server.port());
  client.Get("/after");
  CHECK_EQ(client.Read().body, std::string("GET /after "));
}

TEST("under 40 deaths with two I/O threads and two workers every request has its own answer or 502") {
  ServerOptions options;
  options.io_threads = 2;
  options.slots = 2;
  RunningServer server(options);
  constexpr int kClients = 8;
  constexpr int kDeaths = 40;
  std::atomic<bool> done{false};
  std::atomic<int> right{0}, refused{0}, wrong{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      Client client(server.port());
      for (int i = 0; !done.load(); ++i) {
        // Pipelined pairs, so that answers are held too.
        const std::string tag = "/" + std::to_string(c) + "/" + std::to_string(i);
        client.Get(tag + "a");
        client.Get(tag + "b");
        for (const char* which : {"a", "b"}) {
          const Response response = client.Read();
          const bool ok = response.status == 200 && response.body == "GET " + tag + which + " ";
          ++(ok ? right : response.status == 502 ? refused : wrong);
        }
      }
    });
  }
  int served = 0;  // one death after 25 requests, by turns
  FakeWorker steady(*server, 0, EchoEverything);
  for (int death = 0; death < kDeaths; ++death) {
    served = 0;
    FakeWorker mortal(*server, 1, [&served](FakeWorker& w, const Seen& seen) {
      if (seen.kind != RequestKind::kRequest) return;
      if (++served == 25) return w.DieInBatch();
      if (served < 25) w.Echo(seen);
    });
    const int before = right.load();
    server.AwaitTotals([&](const Totals& totals) {
      return totals.workers[1].state != fastserve::queue::SlotState::kAttached || right.load() > before + 5000;
    });
  }
  done.store(true);
  for (std::thread& thread : clients) thread.join();
  CHECK_EQ(wrong.load(), 0);
  CHECK(right.load() > kDeaths);
  CHECK(refused.load() > 0 && refused.load() <= kDeaths * 2);
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 0 && totals.queued == 0; }));
}
