// Files through a whole server: parts of one answer, files that an application names, connections that end meanwhile.
#include <string>

#include "native/net/send_room.h"
#include "test/native/files/site.h"
#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::server;

namespace {

constexpr char kRanges[] = "Range: bytes=0-3,10-13,-4\r\n";

// "/open/" and "/private/" (internal) with the same files: "small.txt" and "large.bin".
class FileServer : files::RangeSite {
 public:
  FileServer() : server_({}, Mounts()) {}
  RunningServer& operator*() { return server_; }
  uint16_t port() { return server_.port(); }
  using files::RangeSite::digits;
  using files::RangeSite::Write;

 private:
  std::vector<files::Mount> Mounts() {
    std::vector<files::Mount> mounts(2);
    for (files::Mount& each : mounts) {
      std::string error;
      each.root = mount.root;
      each.prefix = &each == &mounts[0] ? "/open/" : "/private/";
      each.internal = &each != &mounts[0];
      FASTSERVE_CHECK(files::OpenRoot(&each, &error), error.c_str());
    }
    return mounts;
  }
  RunningServer server_;
};

// Answers every request with the file that its target names.
void NameTarget(FakeWorker& worker, const Seen& seen) {
  worker.Answer(seen, 200, "X-Accel-Redirect: " + seen.target + "\r\nX-App: yes\r\n", "not this");
}

// The send buffer that the server has for `client`: this process holds both ends.
int BufferFor(const Client& client) {
  sockaddr_in own{};
  socklen_t length = sizeof own;
  ::getsockname(client.fd(), reinterpret_cast<sockaddr*>(&own), &length);
  for (int fd = 3; fd < 256; ++fd) {
    sockaddr_in peer{};
    length = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) != 0 || peer.sin_port != own.sin_port) continue;
    int bytes = 0;
    length = sizeof bytes;
    ::getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &length);
    return bytes;
  }
  return 0;
}

}  // namespace

TEST("files: the room that a connection has for a download is given back with the next answer") {
  FileServer server;
  std::string download;
  while (download.size() < 24u << 20) download += server.digits;
  server.Write("download.bin", download);
  Client client(server.port());
  client.Get("/open/download.bin");
  CHECK(client.Read().body == download);
  client.Get("/open/range.bin");
  CHECK_EQ(client.Read().body, server.digits.substr(0, 1000));
  CHECK(BufferFor(client) < net::SendRoom::kWideBytes);
  for (const char* target : {"/open/download.bin", "/open/download.bin", "/open/range.bin"}) client.Get(target);
  CHECK(client.Read().body == download);
  CHECK(client.Read().body == download);
  CHECK_EQ(client.Read().body, server.digits.substr(0, 1000));
  client.Get("/open/download.bin");
  client.Reset();
  CHECK((*server).AwaitTotals([](const Totals& totals) { return totals.connections_open == 0; }));
}

TEST("files: parts go out in order, pipelined, from memory and from descriptors") {
  FileServer server;
  Client client(server.port());
  for (const char* target : {"/open/large.bin", "/open/range.bin", "/open/large.bin"}) client.Get(target, kRanges);
  for (const size_t size : {20'000, 1000, 20'000}) {
    const Response response = client.Read();
    CHECK_EQ(response.status, 206);
    CHECK(response.body.find("\r\n\r\n" + server.digits.substr(0, 4) + "\r\n--") != std::string::npos);
    CHECK(response.body.find("\r\n\r\n" + server.digits.substr(size - 4, 4) + "\r\n--") != std::string::npos);
  }
}

TEST("files: parts behind a slow answer are held, and given back when the client leaves") {
  FileServer server;
  FakeWorker worker(**server, 0);
  Client client(server.port());
  client.Get("/slow");
  client.Get("/open/large.bin", kRanges);
  client.Get("/open/range.bin", kRanges);
  const Seen slow = worker.AwaitRequest("/slow");
  CHECK(client.Silent());
  worker.Do([&](FakeWorker& w) { w.Echo(slow); });
  CHECK_EQ(client.Read().body, "GET /slow ");
  CHECK_EQ(client.Read().status, 206);
  CHECK_EQ(client.Read().status, 206);
  Client leaving(server.port());
  leaving.Get("/slow2");
  leaving.Get("/open/large.bin", kRanges);
  worker.AwaitRequest("/slow2");
  leaving.Reset();
  CHECK((*server).AwaitTotals([](const Totals& totals) { return totals.connections_open == 1; }));
}

TEST("files: an application's answer that names a file is the file, in its place among others") {
  FileServer server;
  FakeWorker worker(**server, 0, NameTarget);
  Client client(server.port());
  client.Get("/private/large.bin");
  client.Get("/private/range.bin", "Range: bytes=1-3\r\n");
  client.Get("/private/none");
  client.Get("/private/large.bin", kRanges);
  const Response whole = client.Read();
  CHECK(whole.body == server.digits);
  CHECK_EQ(whole.Field("X-App"), "yes");
  CHECK_EQ(whole.Field("X-Accel-Redirect"), "");
  CHECK_EQ(client.Read().body, server.digits.substr(1, 3));
  CHECK_EQ(client.Read().status, 404);
  CHECK_EQ(client.Read().status, 206);
}

TEST("files: a body too large for the ring that comes with a file's name is given back") {
  FileServer server;
  FakeWorker worker(**server, 0, [](FakeWorker& w, const Seen& seen) {
    w.Answer(seen, 200, "X-Accel-Redirect: /private/range.bin\r\n", std::string(500'000, 'x'));
  });
  Client client(server.port());
  for (int i = 0; i < 20; ++i) {
    client.Get("/x");
    CHECK_EQ(client.Read().body.size(), 1000u);
  }
}

TEST("files: a stream that begins with a file's name is the file, and the stream is cancelled") {
  FileServer server;
  FakeWorker worker(**server, 0);
  Client client(server.port());
  client.Get("/x");
  const Seen seen = worker.AwaitRequest("/x");
  worker.Do([&](FakeWorker& w) { w.StartStream(seen, 200, -1, "X-Accel-Redirect: /private/range.bin\r\n"); });
  CHECK_EQ(client.Read().body.size(), 1000u);
  CHECK_EQ(worker.AwaitControl(queue::RequestKind::kCancel, seen.token).token, seen.token);
  worker.Do([&](FakeWorker& w) {
    w.Chunk(seen, std::string(100'000, 'x'));
    w.EndStream(seen, true);
  });
  client.Get("/open/range.bin");
  CHECK_EQ(client.Read().body.size(), 1000u);
}

TEST("files: what no mount has is the application's mistake") {
  FileServer server;
  FakeWorker worker(**server, 0, NameTarget);
  Client client(server.port());
  for (const char* target : {"/elsewhere", "/private", "/private/%zz", "/private/../../x"}) {
    client.Get(target);
    CHECK(client.Read().status >= 400);
  }
}

TEST("files: an internal mount is no lane of its own") {
  FileServer server;
  FakeWorker worker(**server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  Client client(server.port());
  client.Get("/private/range.bin");
  CHECK_EQ(client.Read().body, "GET /private/range.bin ");
}
