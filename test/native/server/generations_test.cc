// Generations of the application's code: which worker gets which request while one takes over from another (Q12).
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;
using fastserve::queue::kRouteUnmatched;
using fastserve::queue::kRouteUnresolved;
using fastserve::queue::RequestKind;

namespace {

ServerOptions WithSlots(uint32_t slots) {
  ServerOptions options;
  options.slots = slots;
  return options;
}

// Answers with its own name, and with the route id of the request.
FakeWorker::Handler Says(const std::string& name) {
  return [name](FakeWorker& worker, const Seen& seen) {
    if (seen.kind != RequestKind::kRequest) return;
    worker.Answer(seen, 200, "", name + " " + std::to_string(seen.route) + " " + seen.body);
  };
}

std::string Route(uint16_t id) { return " " + std::to_string(id) + " "; }

}  // namespace

TEST("requests go to the generation in use, whoever else is attached") {
  RunningServer server(WithSlots(2));
  FakeWorker next(*server, 0, Says("new"), 2);
  FakeWorker old(*server, 1, Says("old"), 1);
  Client client(server.port());
  for (int i = 0; i < 5; ++i) {
    client.Get("/");
    CHECK_EQ(client.Read().body, "old" + Route(kRouteUnmatched));
  }
  server.Publish(2);
  for (int i = 0; i < 5; ++i) {
    client.Get("/");
    CHECK_EQ(client.Read().body, "new" + Route(kRouteUnmatched));
  }
}

TEST("a request that waits when the code is replaced goes to the new application unresolved") {
  RunningServer server(WithSlots(2));
  server.Publish(1, {"first/", "second/"});
  Client client(server.port());
  client.Get("/second/");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  FakeWorker next(*server, 0, Says("new"), 2);
  server.Publish(2, {"second/"});
  CHECK_EQ(client.Read().body, "new" + Route(kRouteUnresolved));
  client.Get("/second/");
  CHECK_EQ(client.Read().body, "new" + Route(0));
}

TEST("a request that waits when the new application has no URLconf is unmatched") {
  RunningServer server(WithSlots(2));
  server.Publish(1, {"view/"});
  Client client(server.port());
  client.Get("/view/");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  FakeWorker next(*server, 0, Says("new"), 2);
  server.Publish(2);
  CHECK_EQ(client.Read().body, "new" + Route(kRouteUnmatched));
}

TEST("a request whose content is still coming when the code is replaced keeps its content") {
  RunningServer server(WithSlots(2));
  server.Publish(1, {"<int:number>/"});
  FakeWorker old(*server, 0, Says("old"), 1);
  Client client(server.port());
  client.Send("POST /7/ HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.requests == 1; }));
  FakeWorker next(*server, 1, Says("new"), 2);
  server.Publish(2, {"<int:number>/"});
  client.Send("def");
  CHECK_EQ(client.Read().body, "new" + Route(kRouteUnresolved) + "abcdef");
}

TEST("a request that an old worker leaves unstarted is answered by the new generation") {
  RunningServer server(WithSlots(2));
  server.Publish(1, {"view/"});
  std::vector<std::unique_ptr<Client>> clients;
  for (uint64_t i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Get("/view/");
    REQUIRE(server.AwaitTotals([&](const Totals& totals) { return totals.queued == i + 1; }));
  }
  FakeWorker next(*server, 1, Says("new"), 2);
  {
    // It gets all three in one batch, and takes none but the first.
    FakeWorker old(*server, 0, [&server](FakeWorker& worker, const Seen& seen) {
      server.Publish(2, {"view/"});
      worker.Answer(seen, 200, "", "old");
      worker.DieInBatch();
    });
    REQUIRE(old.AwaitRequest("/view/").target == "/view/");
  }
  CHECK_EQ(clients[0]->Read().body, std::string("old"));
  CHECK_EQ(clients[1]->Read().body, "new" + Route(kRouteUnresolved));
  CHECK_EQ(clients[2]->Read().body, "new" + Route(kRouteUnresolved));
}

TEST("a stream of the old generation goes on while new requests go to the new one") {
  RunningServer server(WithSlots(2));
  FakeWorker old(*server, 0, {}, 1);
  Client streamed(server.port());
  streamed.Get("/events");
  const Seen events = old.AwaitRequest("/events");
  old.Do([&](FakeWorker& worker) {
    worker.StartStream(events, 200);
    worker.Chunk(events, "before ");
  });
  FakeWorker next(*server, 1, Says("new"), 2);
  server.Publish(2);
  (*server).slot(0).draining.store(true);
  Client client(server.port());
  client.Get("/");
  CHECK_EQ(client.Read().body, "new" + Route(kRouteUnmatched));
  old.Do([&](FakeWorker& worker) {
    worker.Chunk(events, "after");
    worker.EndStream(events);
  });
  const Response response = streamed.Read();
  CHECK(response.complete);
  CHECK_EQ(response.body, std::string("before after"));
}

TEST("requests wait for the generation in use, not for one that is getting ready") {
  RunningServer server(WithSlots(3));
  FakeWorker early(*server, 0, Says("new"), 2);
  Client client(server.port());
  client.Get("/");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  CHECK_EQ(early.seen_count(), size_t{0});
  FakeWorker old(*server, 1, Says("old"), 1);
  CHECK_EQ(client.Read().body, "old" + Route(kRouteUnmatched));
}

TEST("workers of generations with the same routes serve side by side, older ones do not") {
  RunningServer server(WithSlots(3));
  FakeWorker oldest(*server, 0, Says("oldest"), 1);
  FakeWorker old(*server, 1, Says("old"), 2);
  server.Publish(3, {}, 2);
  Client client(server.port());
  client.Get("/");
  CHECK_EQ(client.Read().body, "old" + Route(kRouteUnmatched));
  FakeWorker next(*server, 2, Says("next"), 3);
  while (next.seen_count() == 0) {
    client.Get("/");
    client.Read();
  }
  CHECK_EQ(oldest.seen_count(), size_t{0});
  server.Publish(3);
  const size_t answered = old.seen_count();
  for (int i = 0; i < 10; ++i) {
    client.Get("/");
    CHECK_EQ(client.Read().body, "next" + Route(kRouteUnmatched));
  }
  CHECK_EQ(old.seen_count(), answered);
}

TEST("a slot tells the generation of its worker") {
  RunningServer server(WithSlots(2));
  FakeWorker worker(*server, 1, {}, 7);
  const Totals totals = (*server).ReadTotals();
  CHECK_EQ(totals.workers[0].generation, uint32_t{0});
  CHECK_EQ(totals.workers[1].generation, uint32_t{7});
}

TEST("a route table is freed when every I/O thread has gone on") {
  ServerOptions options = WithSlots(1);
  options.io_threads = 2;
  RunningServer server(options);
  const std::weak_ptr<const fastserve::route::Table> first = server.Publish(2, {"a/"});
  for (uint32_t generation = 3; !first.expired() && generation < 100000; ++generation) {
    server.Publish(generation, {"b/"});
    std::this_thread::yield();
  }
  CHECK(first.expired());
}

TEST("over 30 generations on two I/O threads no request is lost and none reaches a wrong route") {
  ServerOptions options = WithSlots(4);
  options.io_threads = 2;
  RunningServer server(options);
  server.Publish(1, {"x/", "y/"});
  std::atomic<bool> done{false};
  std::atomic<int> right{0}, wrong{0};
  // The two routes change places in each generation: an id of another generation would be the wrong view.
  const auto handler = [](bool turned) -> FakeWorker::Handler {
    return [turned](FakeWorker& worker, const Seen& seen) {
      if (seen.kind != RequestKind::kRequest) return;
      const bool is_x = (seen.route == 0) != turned;
      const std::string resolved = seen.route == kRouteUnresolved ? seen.target : is_x ? "/x/" : "/y/";
      worker.Answer(seen, 200, "", resolved);
    };
  };
  std::vector<std::unique_ptr<FakeWorker>> serving, leaving;
  for (uint32_t i = 0; i < 2; ++i) serving.push_back(std::make_unique<FakeWorker>(*server, i, handler(false), 1));
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&, c] {
      Client client(server.port());
      const std::string target = c % 2 == 0 ? "/x/" : "/y/";
      while (!done.load()) {
        client.Get(target);
        client.Get(target);
        for (int i = 0; i < 2; ++i) {
          const Response response = client.Read();
          ++(response.status == 200 && response.body == target ? right : wrong);
          if (response.status == 0) return;
        }
      }
    });
  }
  for (uint32_t generation = 2; generation <= 30; ++generation) {
    const uint32_t base = generation % 2 == 0 ? 2 : 0;
    const bool turned = generation % 2 == 0;
    leaving = std::move(serving);
    serving.clear();
    for (uint32_t i = 0; i < 2; ++i) {
      serving.push_back(std::make_unique<FakeWorker>(*server, base + i, handler(turned), generation));
    }
    server.Publish(generation, turned ? std::vector<std::string>{"y/", "x/"} : std::vector<std::string>{"x/", "y/"});
    for (uint32_t i = 0; i < 2; ++i) (*server).slot((base + 2 + i) % 4).draining.store(true);
    leaving.clear();  // every answer is given in its batch: nothing is started and not answered
    const int before = right.load();
    server.AwaitTotals([&](const Totals&) { return right.load() > before + 50 || wrong.load() > 0; });
  }
  done.store(true);
  for (std::thread& thread : clients) thread.join();
  CHECK_EQ(wrong.load(), 0);
  CHECK(right.load() > 29 * 50);
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 0 && totals.queued == 0; }));
}
