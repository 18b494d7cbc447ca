// Too many connections for the descriptors or for the limit: accepting rests and goes on.
#include <memory>
#include <string>
#include <vector>

#include "test/native/files/descriptor_limit.h"
#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;

TEST("without descriptors accepting pauses, and what waited is served when there are some again") {
  RunningServer server;
  FakeWorker worker(*server, 0, EchoEverything);
  Client before(server.port());
  before.Get("/before");
  REQUIRE(before.Read().status == 200);
  Client waiting(server.port());  // our end has its descriptor; the server's end may be taken already
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 2; }));
  std::vector<std::unique_ptr<Client>> clients;
  Response during;
  {
    fastserve::files::NoMoreDescriptors limit(4);
    for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<Client>(server.port()));
    REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.accept_pauses > 0; }));
    before.Get("/during");
    during = before.Read();
  }
  CHECK_EQ(during.body, std::string("GET /during "));  // out here: UBSan's own checks need descriptors
  for (auto& client : clients) {
    if (client->fd() < 0) continue;  // ours found no descriptor either
    client->Get("/after");
    CHECK_EQ(client->Read().body, std::string("GET /after "));
  }
}

TEST("beyond limits.connections clients wait in the backlog until one leaves") {
  ServerOptions options;
  options.limits.connections = 1;
  RunningServer server(options);
  FakeWorker worker(*server, 0, EchoEverything);
  Client first(server.port());
  first.Get("/first");
  CHECK_EQ(first.Read().status, 200);
  Client second(server.port());
  second.Get("/second");
  REQUIRE(server.AwaitTotals([](const Totals& totals) { return totals.accept_pauses > 0; }));
  CHECK(second.Silent());
  first.Close();
  CHECK_EQ(second.Read().body, std::string("GET /second "));
}
