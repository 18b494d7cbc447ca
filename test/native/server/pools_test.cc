// Pools of workers with lines of their own, and routes that limit how many of their requests are under way. Also under TSan.
#include <poll.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "native/server/dispatch/route_gate.h"
#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

namespace fastserve::server {
namespace {

ServerOptions TwoPools() {
  ServerOptions options;
  options.slots = 2;
  options.pools.resize(2);
  options.pools[0].name = "default";
  options.pools[1].name = "slow";
  return options;
}

ServerOptions ExactPool() {
  ServerOptions options;
  options.slots = 1;
  options.pools.resize(1);
  options.pools[0].exact = true;
  return options;
}

// Puts one route in use: "slow/" with this policy.
void PublishSlow(RunningServer& server, const route::RoutePolicy& policy) {
  route::Specification specification;
  specification.routes.push_back({.pattern = "slow/", .policy = std::make_shared<route::RoutePolicy>(policy)});
  specification.routes.push_back({.pattern = "fast/", .route_id = 1});
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->table = std::get<0>(route::Compile(specification));
  snapshot->has_application = snapshot->has_urlconf = true;
  snapshot->gates = (*server).GatesFor(specification);
  (*server).Publish(std::move(snapshot));
}

route::RoutePolicy InPool(uint8_t pool) {
  route::RoutePolicy policy;
  policy.pool = pool;
  return policy;
}

TEST("a request goes to a worker of its route's pool, and to no other") {
  RunningServer server(TwoPools());
  FakeWorker usual(*server, 0, EchoEverything);
  PublishSlow(server, InPool(1));
  Client slow(server.port());
  slow.Get("/slow/");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  Client fast(server.port());
  fast.Get("/fast/");
  CHECK_EQ(fast.Read().status, 200);
  CHECK_EQ((*server).ReadPools()[1].waiting, 1u);
  CHECK_EQ((*server).ReadPools()[0].waiting, 0u);
  FakeWorker late(*server, 1, EchoEverything);
  CHECK_EQ(slow.Read().status, 200);
  CHECK(!usual.HasSeen("/slow/"));
}

TEST("an exact pool gives a worker one request at a time, and the newest of the line first in overload") {
  ServerOptions options = ExactPool();
  options.pools[0].order = LineOrder::kNewestFirst;
  RunningServer server(options);
  std::mutex gate;
  std::unique_lock<std::mutex> closed(gate);
  std::mutex order_mutex;
  std::vector<std::string> order;
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    std::lock_guard<std::mutex> open(gate);
    w.Echo(seen);
    std::lock_guard<std::mutex> lock(order_mutex);
    order.push_back(seen.target);
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (const char* target : {"/first", "/old", "/newer", "/newest"}) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Get(target);
    const uint64_t waiting = clients.size() - 1;
    REQUIRE(server.AwaitTotals([waiting](const Totals& totals) { return totals.in_flight == 1 && totals.queued == waiting; }));
  }
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.pools[0].oldest_wait_ms > kOverloadMs; }));
  closed.unlock();
  for (auto& client : clients) CHECK_EQ(client->Read().status, 200);
  std::lock_guard<std::mutex> lock(order_mutex);
  CHECK(order == std::vector<std::string>({"/first", "/newest", "/newer", "/old"}));
}

// A server whose only worker is busy with a request of `first`.
struct BusyServer {
  explicit BusyServer(const ServerOptions& options)
      : server(options),
        closed(gate),
        worker(*server, 0,
               [this](FakeWorker& w, const Seen& seen) {
                 std::lock_guard<std::mutex> open(gate);
                 w.Echo(seen);
               }),
        first(server.port()) {
    first.Get("/first");
    REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.in_flight == 1; }));
  }

  // Lets the worker go on, until it has answered that request and another one.
  void GoOn() {
    closed.unlock();
    CHECK_EQ(first.Read().status, 200);
    first.Get("/next");
    CHECK_EQ(first.Read().status, 200);
  }

  RunningServer server;
  std::mutex gate;
  std::unique_lock<std::mutex> closed;
  FakeWorker worker;
  Client first;
};

TEST("a request whose client has gone while it waited never runs") {
  BusyServer busy(ExactPool());
  Client gone(busy.server.port());
  gone.Get("/gone");
  REQUIRE(busy.server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  gone.Reset();
  REQUIRE(busy.server.AwaitTotals([](const Totals& totals) { return totals.queued == 0; }));
  busy.GoOn();
  CHECK(!busy.worker.HasSeen("/gone"));
}

TEST("a request whose time in the line passed while the worker was busy never runs") {
  ServerOptions options = ExactPool();
  options.pools[0].max_wait_ms = 50;
  BusyServer busy(options);
  Client late(busy.server.port());
  late.Get("/late");
  CHECK_EQ(late.Read().status, 503);
  busy.GoOn();
  CHECK(!busy.worker.HasSeen("/late"));
}

TEST("more requests of a route than may be under way wait, and get in one by one") {
  ServerOptions options;
  options.slots = 1;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  route::RoutePolicy policy;
  policy.concurrency = 1;
  PublishSlow(server, policy);
  Client first(server.port()), second(server.port()), fast(server.port());
  first.Get("/slow/?1");
  const Seen running = worker.AwaitRequest("/slow/?1");
  second.Get("/slow/?2");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
  fast.Get("/fast/");
  const Seen other = worker.AwaitRequest("/fast/");
  worker.Do([&](FakeWorker& w) { w.Echo(other); });
  CHECK_EQ(fast.Read().status, 200);
  CHECK(!worker.HasSeen("/slow/?2"));
  worker.Do([&](FakeWorker& w) { w.Echo(running); });
  CHECK_EQ(first.Read().status, 200);
  const Seen next = worker.AwaitRequest("/slow/?2");
  worker.Do([&](FakeWorker& w) { w.Echo(next); });
  CHECK_EQ(second.Read().status, 200);
}

TEST("a route that rejects answers 503 with Retry-After, until a client of those that run has gone") {
  ServerOptions options;
  options.slots = 1;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  route::RoutePolicy policy;
  policy.concurrency = 1;
  policy.rejects_beyond = true;
  PublishSlow(server, policy);
  {
    Client first(server.port());
    first.Get("/slow/?1");
    worker.AwaitRequest("/slow/?1");
    Client second(server.port());
    second.Get("/slow/?2");
    const Response refused = second.Read();
    CHECK_EQ(refused.status, 503);
    CHECK_EQ(refused.Field("Retry-After"), std::string("1"));
    // A FIN so soon behind the request would be one of a client that waits for the answer.
    first.Reset();
  }
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 0; }));
  Client third(server.port());
  third.Get("/slow/?3");
  const Seen next = worker.AwaitRequest("/slow/?3");
  worker.Do([&](FakeWorker& w) { w.Echo(next); });
  CHECK_EQ(third.Read().status, 200);
}

TEST("a gate lets no more in than it may, and wakes every thread that waits") {
  constexpr int kThreads = 4;
  constexpr int kTurns = 2000;
  std::vector<std::unique_ptr<queue::IoDoor>> doors;
  for (int i = 0; i < kThreads; ++i) doors.push_back(std::make_unique<queue::IoDoor>());
  RouteGate gate(doors, 2);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (uint32_t io = 0; io < kThreads; ++io) {
    threads.emplace_back([&, io] {
      for (int turn = 0; turn < kTurns; ++turn) {
        while (!gate.Enter()) {
          gate.Await(io, true);
          doors[io]->parking.Park();
          if (gate.HasRoom()) {
            doors[io]->parking.Unpark();
          } else {
            pollfd door{doors[io]->wakeup.fd(), POLLIN, 0};
            const bool woken = ::poll(&door, 1, kNeverMs) == 1;
            CHECK(woken);
            if (!woken) return;
            doors[io]->wakeup.Drain();
          }
          gate.Await(io, false);
        }
        const int now = inside.fetch_add(1) + 1;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        inside.fetch_sub(1);
        gate.Leave();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most.load() <= 2);
  CHECK_EQ(gate.current(), 0u);
}

}  // namespace
}  // namespace fastserve::server
