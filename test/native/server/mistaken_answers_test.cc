// Records of a worker that are wrong: given twice, never, or for another one's request. Nobody gets what is not his, and what is
// lost is answered at its limit (Q6, Q8).
#include <memory>
#include <string>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;

namespace {

constexpr int64_t kLimitMs = 300;

}  // namespace

TEST("an answer that is given twice reaches its client once, and the next request of the connection has its own") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& request) {
    w.Echo(request);
    w.Answer(request, 200, "", "once more");
  });
  Client client(server.port());
  for (int i = 0; i < 100; ++i) {
    const std::string target = "/" + std::to_string(i);
    client.Get(target);
    CHECK_EQ(client.Read().body, "GET " + target + " ");
  }
}

TEST("a request that its worker lost is 504 at its limit, and what comes for it later is dropped") {
  ServerOptions options;
  options.timeouts.request_ms = kLimitMs;
  RunningServer server(options);
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& request) {
    if (request.target != "/lost") w.Echo(request);
  });
  Client client(server.port());
  Client other(server.port());
  client.Get("/lost");
  const Seen lost = worker.AwaitRequest("/lost");
  other.Get("/other");
  CHECK_EQ(other.Read().body, std::string("GET /other "));
  CHECK_EQ(client.Read().status, 504);
  worker.Do([&](FakeWorker& w) { w.Answer(lost, 200, "", "too late"); });
  client.Get("/after");
  CHECK_EQ(client.Read().body, std::string("GET /after "));
}

TEST("a worker cannot answer another one's request, whatever token it gives") {
  ServerOptions options;
  options.slots = 2;
  RunningServer server(options);
  FakeWorker first(*server, 0);
  Client client(server.port());
  client.Get("/mine");
  const Seen mine = first.AwaitRequest("/mine");
  FakeWorker second(*server, 1, EchoEverything);
  second.Do([&](FakeWorker& w) {
    w.Answer(mine, 200, "", "not yours");
    w.StartStream(mine, 200);
    w.Chunk(mine, "not yours either");
    w.EndStream(mine);
    w.Drop(mine);
  });
  // Behind those records in the same ring: when this is answered, they were taken. The first worker has one in flight already.
  Client other(server.port());
  other.Get("/other");
  CHECK_EQ(other.Read().body, std::string("GET /other "));
  first.Do([&](FakeWorker& w) { w.Echo(mine); });
  CHECK_EQ(client.Read().body, std::string("GET /mine "));
}

TEST("tokens that no request has, or had once, change nothing") {
  RunningServer server;
  FakeWorker worker(*server, 0, EchoEverything);
  Client client(server.port());
  client.Get("/first");
  client.Read();
  Seen stray = worker.AwaitRequest("/first");
  for (uint32_t i = 0; i < 200; ++i) {
    worker.Do([&](FakeWorker& w) {
      stray.token = i < 100 ? stray.token ^ (1u << (i % 32)) : i * 0x9E3779B9u;
      w.Answer(stray, 200, "", "stray");
      w.Grant(stray, 1000);
      w.Drop(stray);
    });
  }
  client.Get("/last");
  CHECK_EQ(client.Read().body, std::string("GET /last "));
}
