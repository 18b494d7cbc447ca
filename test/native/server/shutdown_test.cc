// Stopping: what is under way is finished within the grace time, nothing new is begun.
#include <string>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;

TEST("a stop with grace finishes requests in flight, says Connection: close, and closes idle connections") {
  ServerOptions options;
  options.io_threads = 2;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  Client idle(server.port());
  Client busy(server.port());
  busy.Get("/busy");
  const Seen seen = worker.AwaitRequest("/busy");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 2; }));
  server.RequestStop(kNeverMs);
  CHECK(idle.AwaitEnd() == End::kFin);
  Client refused(server.port());
  CHECK(refused.fd() < 0 || refused.AwaitEnd() != End::kData);
  worker.Do([&](FakeWorker& w) { w.Echo(seen); });
  const Response response = busy.Read();
  CHECK_EQ(response.body, std::string("GET /busy "));
  CHECK_EQ(response.Field("Connection"), std::string("close"));
  CHECK(busy.AwaitEnd() == End::kFin);
  busy.Close();
  idle.Close();
  CHECK(server.AwaitStop());
}

TEST("a stop with grace finishes a stream that is under way") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/");
  const Seen seen = worker.AwaitRequest("/");
  worker.Do([&](FakeWorker& w) {
    w.StartStream(seen, 200);
    w.Chunk(seen, "begun ");
  });
  REQUIRE(worker.AwaitControl(fastserve::queue::RequestKind::kCredit, seen.token).token == seen.token);
  server.RequestStop(kNeverMs);
  worker.Do([&](FakeWorker& w) {
    w.Chunk(seen, "ended");
    w.EndStream(seen);
  });
  CHECK_EQ(client.Read().body, std::string("begun ended"));
  client.Close();
  CHECK(server.AwaitStop());
}

TEST("a stop whose grace is over cuts what is left, and the worker's answer to it harms nobody") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/");
  const Seen seen = worker.AwaitRequest("/");
  server.RequestStop(20);
  CHECK(client.AwaitEnd() != End::kNothing);
  CHECK(server.AwaitStop());
  worker.Do([&](FakeWorker& w) { w.Answer(seen, 200, "", std::string(100000, 'x')); });  // nobody takes it
}

TEST("a server that ends without a stop ends its threads") {
  RunningServer server;
  Client client(server.port());
  client.Get("/waits");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.queued == 1; }));
}
