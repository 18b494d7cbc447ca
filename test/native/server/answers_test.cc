// Answers on the wire: order, framing, what has no content, what is cut.
#include <string>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;
using fastserve::queue::RequestKind;

TEST("pipelined requests that finish out of order are answered in order") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  for (const char* target : {"/1", "/2", "/3", "/4"}) client.Get(target);
  std::vector<Seen> requests;
  for (const char* target : {"/1", "/2", "/3", "/4"}) requests.push_back(worker.AwaitRequest(target));
  for (const int index : {3, 1, 2}) worker.Do([&](FakeWorker& w) { w.Echo(requests[static_cast<size_t>(index)]); });
  CHECK(client.Silent());
  worker.Do([&](FakeWorker& w) { w.Echo(requests[0]); });
  for (const char* target : {"/1", "/2", "/3", "/4"}) CHECK_EQ(client.Read().body, "GET " + std::string(target) + " ");
}

TEST("an answer of more than a block behind a slow one is held whole") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/slow");
  client.Get("/large");
  const std::string large(300000, 'L');
  const Seen second = worker.AwaitRequest("/large");
  worker.Do([&](FakeWorker& w) { w.Answer(second, 200, "", large); });
  const Seen first = worker.AwaitRequest("/slow");
  worker.Do([&](FakeWorker& w) { w.Answer(first, 200, "X-Which: slow\r\n", "s"); });
  CHECK_EQ(client.Read().Field("X-Which"), std::string("slow"));
  CHECK(client.Read().body == large);
}

TEST("an answer to HEAD announces the content's length and sends none of it") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Answer(seen, 200, "", "twelve bytes"); });
  Client client(server.port());
  client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK_EQ(client.Read(true).Field("Content-Length"), std::string("12"));
  client.Get("/next");
  CHECK_EQ(client.Read().body, std::string("twelve bytes"));
}

TEST("an answer to HEAD without content announces what the application declared, or nothing") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.Answer(seen, 200, "", "", seen.target == "/declared" ? 77 : -1);
  });
  Client client(server.port());
  client.Send("HEAD /declared HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK_EQ(client.Read(true).Field("Content-Length"), std::string("77"));
  client.Send("HEAD /unknown HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK_EQ(client.Read(true).Field("Content-Length"), std::string());
}

TEST("204 and 304 have neither content nor Content-Length") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.Answer(seen, seen.target == "/204" ? 204 : 304, "", "must not be sent");
  });
  Client client(server.port());
  for (const char* target : {"/204", "/304"}) {
    client.Get(target);
    const Response response = client.Read();
    CHECK_EQ("/" + std::to_string(response.status), std::string(target));
    CHECK_EQ(response.Field("Content-Length"), std::string());
  }
  client.Get("/204");
  CHECK_EQ(client.Read().status, 204);  // nothing stood between the answers
}

TEST("a streamed answer of unknown length is chunked in HTTP/1.1, and the connection lives on") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/stream");
  const Seen request = worker.AwaitRequest("/stream");
  worker.Do([&](FakeWorker& w) { w.StartStream(request, 200); });
  worker.Do([&](FakeWorker& w) { w.Chunk(request, "one "); });
  worker.Do([&](FakeWorker& w) {
    w.Chunk(request, "");  // must not look like the end
    w.Chunk(request, "two");
    w.EndStream(request);
  });
  const Response response = client.Read();
  CHECK(response.complete);
  CHECK_EQ(response.body, std::string("one two"));
  client.Get("/next");
  const Seen next = worker.AwaitRequest("/next");
  worker.Do([&](FakeWorker& w) { w.Echo(next); });
  CHECK_EQ(client.Read().status, 200);
}

TEST("a streamed answer of unknown length ends with the connection in HTTP/1.0") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.StartStream(seen, 200);
    w.Chunk(seen, "until the end");
    w.EndStream(seen);
  });
  Client client(server.port());
  client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Response response = client.Read();
  CHECK_EQ(response.Field("Transfer-Encoding"), std::string());
  CHECK_EQ(response.body, std::string("until the end"));
  CHECK(response.complete);
}

TEST("a broken stream that ends with the connection ends with a reset, so that it does not look whole") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Send("GET / HTTP/1.0\r\n\r\n");
  const Seen request = worker.AwaitRequest("/");
  worker.Do([&](FakeWorker& w) {
    w.StartStream(request, 200);
    w.Chunk(request, "half");
  });
  REQUIRE(worker.AwaitControl(RequestKind::kCredit, request.token).value == 4);  // it was sent
  worker.Do([&](FakeWorker& w) { w.EndStream(request, false); });
  const Response response = client.Read();
  CHECK(!response.complete);
}

TEST("a broken chunked stream has no last chunk") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.StartStream(seen, 200);
    w.Chunk(seen, "half");
    w.EndStream(seen, false);
  });
  Client client(server.port());
  client.Get("/");
  const Response response = client.Read();
  CHECK_EQ(response.status, 200);
  CHECK(!response.complete);
}

TEST("a stream longer or shorter than it announced is cut") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    if (seen.kind != RequestKind::kRequest) return;
    w.StartStream(seen, 200, 10);
    w.Chunk(seen, "12345678");
    if (seen.target == "/long") w.Chunk(seen, "9012345");
    w.EndStream(seen);
  });
  for (const char* target : {"/long", "/short"}) {
    Client client(server.port());
    client.Get(target);
    CHECK(!client.Read().complete);
    CHECK(client.AwaitEnd() != End::kNothing);
  }
}

TEST("a stream exactly as long as it announced is whole") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.StartStream(seen, 200, 8);
    w.Chunk(seen, "12345678");
    w.EndStream(seen);
  });
  Client client(server.port());
  client.Get("/");
  const Response response = client.Read();
  CHECK_EQ(response.Field("Content-Length"), std::string("8"));
  CHECK_EQ(response.body, std::string("12345678"));
}

TEST("a streamed answer to HEAD is its head, complete or not") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    if (seen.kind != RequestKind::kRequest) return;
    w.StartStream(seen, 200);
    w.Chunk(seen, "not sent");
    w.EndStream(seen, seen.target == "/whole");
  });
  Client client(server.port());
  for (const char* target : {"/broken", "/whole"}) {
    client.Send("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK_EQ(client.Read(true).status, 200);
  }
}

TEST("a stream behind an unanswered request is held and goes on when its turn comes") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Get("/first");
  client.Get("/stream");
  const Seen first = worker.AwaitRequest("/first");
  const Seen stream = worker.AwaitRequest("/stream");
  worker.Do([&](FakeWorker& w) {
    w.StartStream(stream, 200);
    w.Chunk(stream, "held ");
  });
  worker.Do([&](FakeWorker& w) { w.Echo(first); });
  CHECK_EQ(client.Read().body, std::string("GET /first "));
  CHECK_EQ(worker.AwaitControl(RequestKind::kCredit, stream.token).value, 5u);
  worker.Do([&](FakeWorker& w) {
    w.Chunk(stream, "direct");
    w.EndStream(stream);
  });
  CHECK_EQ(client.Read().body, std::string("held direct"));
}

TEST("a hundred answers of 16 KiB given in one batch all arrive, though they overflow the response ring (Q4, Q9)") {
  RunningServer server;
  const std::string body(16384, 'o');
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    for (int i = 0; i < 100; ++i) w.Chunk(Seen{RequestKind::kRequest, ~0u, seen.channel, 0, 0, 0, 0, "", "", ""}, body);
    w.Answer(seen, 200, "", "last");  // behind 1.6 MiB for a token that nobody has
  });
  Client client(server.port());
  client.Get("/");
  CHECK_EQ(client.Read().body, std::string("last"));
}
