// Requests for files that wait for a disk, through a whole server with one I/O thread and one helper. The mounts are taken for those
// of a network, so that everything has to be asked for; a disk that hangs is a job that waits for the test.
#include <fcntl.h>
#include <sys/uio.h>

#include <atomic>
#include <future>
#include <string>

#include "test/native/files/site.h"
#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::server;

namespace {

// Holds the only helper up until it is destroyed.
class HangingDisk {
 public:
  explicit HangingDisk(Server& server) {
    FASTSERVE_CHECK(server.disk().Submit(std::make_unique<Job>(*this), mailbox_), "the line is empty");
    running_.get_future().wait();
  }
  ~HangingDisk() { answer_.set_value(); }

 private:
  class Job final : public files::DiskJob {
   public:
    explicit Job(HangingDisk& disk) : disk_(disk), answered_(disk.answer_.get_future()) {}
    void Run() override {
      disk_.running_.set_value();
      answered_.wait();
    }
    void Settle() override {}

   private:
    HangingDisk& disk_;
    std::future<void> answered_;
  };
  std::promise<void> running_, answer_;
  std::shared_ptr<files::DiskMailbox> mailbox_ = std::make_shared<files::DiskMailbox>([] {});
};

// "/files/" falls through to the worker, "/private/" is internal; both hold "a.txt", "b.txt" and "large.bin".
class SlowServer {
 public:
  explicit SlowServer(uint32_t queue = 8, int64_t request_ms = 30'000) {
    for (const char* name : {"a.txt", "b.txt"}) site_.Write(name, name);
    site_.WriteInPlace("large.bin", large);
    ServerOptions options;
    options.files = {.threads = 1, .queue = queue};
    options.timeouts.request_ms = request_ms;
    options.limits.body_bytes = 1 << 20;
    std::vector<files::Mount> mounts(2);
    for (files::Mount& mount : mounts) {
      const bool internal = &mount == &mounts[1];
      std::string error;
      mount.root = site_.mount.root;
      mount.prefix = internal ? "/private/" : "/files/";
      mount.internal = internal;
      mount.fallthrough = !internal;
      FASTSERVE_CHECK(files::OpenRoot(&mount, &error), error.c_str());
      mount.local_device = 0;
    }
    server_ = std::make_unique<RunningServer>(options, std::move(mounts));
  }
  Server& operator*() { return **server_; }
  uint16_t port() { return server_->port(); }
  const files::Site& site() const { return site_; }
  bool AwaitWaits(uint64_t count) {
    return server_->AwaitTotals([count](const Totals& totals) { return totals.file_waits >= count; });
  }
  bool AwaitTotals(const std::function<bool(const Totals&)>& reached) { return server_->AwaitTotals(reached); }

  const std::string large = std::string(3 << 20, 'x');

 private:
  files::Site site_;
  std::unique_ptr<RunningServer> server_;
};

}  // namespace

TEST("file lane: while a disk hangs others are answered, and who waits gets his file when it answers") {
  SlowServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  Client known(server.port()), waiting(server.port()), other(server.port());
  known.Get("/files/b.txt");
  CHECK_EQ(known.Read().body, "b.txt");
  {
    const HangingDisk disk(*server);
    waiting.Get("/files/a.txt");
    waiting.Get("/files/b.txt");
    CHECK(server.AwaitWaits(2));
    for (int i = 0; i < 3; ++i) {
      other.Get("/view");
      CHECK_EQ(other.Read().body, "GET /view ");
    }
    CHECK(waiting.Silent());
  }
  CHECK_EQ(waiting.Read().body, "a.txt");
  CHECK_EQ(waiting.Read().body, "b.txt");
}

TEST("file lane: many who wait for one name cost one job") {
  SlowServer server(1);
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(server.port());
  {
    const HangingDisk disk(*server);
    for (Client& client : clients) client.Get("/files/a.txt");
    CHECK(server.AwaitWaits(5));
  }
  for (Client& client : clients) CHECK_EQ(client.Read().body, "a.txt");
}

TEST("file lane: what has no room in the line is 503 with Retry-After, on a connection that stays") {
  SlowServer server(1);
  Client first(server.port()), second(server.port());
  {
    const HangingDisk disk(*server);
    first.Get("/files/a.txt");
    CHECK(server.AwaitWaits(1));
    second.Get("/files/b.txt");
    const Response refused = second.Read();
    CHECK_EQ(refused.status, 503);
    CHECK_EQ(refused.Field("Retry-After"), "1");
  }
  CHECK_EQ(first.Read().body, "a.txt");
  second.Get("/files/b.txt");
  CHECK_EQ(second.Read().body, "b.txt");
}

TEST("file lane: a client that leaves while it waits leaves nothing behind") {
  SlowServer server;
  {
    const HangingDisk disk(*server);
    for (int i = 0; i < 3; ++i) {
      Client leaving(server.port());
      leaving.Get("/files/a.txt");
      CHECK(server.AwaitWaits(static_cast<uint64_t>(i) + 1));
      leaving.Reset();
      CHECK(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 0; }));
    }
  }
  Client next(server.port());
  next.Get("/files/a.txt");
  CHECK_EQ(next.Read().body, "a.txt");
}

TEST("file lane: a disk that takes longer than a request may is 503, and its late answer is dropped") {
  SlowServer server(8, 50);
  Client client(server.port());
  {
    const HangingDisk disk(*server);
    client.Get("/files/a.txt");
    CHECK_EQ(client.Read().status, 503);
  }
  client.Get("/files/b.txt");
  CHECK_EQ(client.Read().body, "b.txt");
}

TEST("file lane: a request with content waits with it, and the worker gets all of it") {
  SlowServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  const std::string content(50'000, 'c');
  for (const std::string& framing : {"Content-Length: 50000\r\n\r\n" + content, std::string("Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n")}) {
    Client client(server.port());
    {
      const HangingDisk disk(*server);
      const uint64_t before = (*server).ReadTotals().file_waits;
      CHECK(client.Send("POST /files/form-" + std::to_string(framing.size()) + " HTTP/1.1\r\nHost: h\r\n" + framing));
      CHECK(server.AwaitWaits(before + 1));
      client.Get("/files/behind");
    }
    const std::string sent = framing.size() > 1000 ? content : "abcd";
    CHECK_EQ(client.Read().body, "POST /files/form-" + std::to_string(framing.size()) + " " + sent);
    CHECK_EQ(client.Read().body, "GET /files/behind ");
  }
}

TEST("file lane: a request whose content breaks off while it waits ends with its connection") {
  SlowServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  const HangingDisk disk(*server);
  Client client(server.port());
  CHECK(client.Send("POST /files/form HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"));
  CHECK(server.AwaitWaits(1));
  client.Reset();
  CHECK(server.AwaitTotals([](const Totals& totals) { return totals.connections_open == 0; }));
}

TEST("file lane: the file that an application names is waited for, too") {
  SlowServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    w.Answer(seen, 200, "X-Accel-Redirect: /private/a.txt\r\nX-App: yes\r\n", "not this");
  });
  Client client(server.port());
  {
    const HangingDisk disk(*server);
    client.Get("/x", "Range: bytes=1-3\r\n");
    CHECK(server.AwaitWaits(1));
  }
  const Response response = client.Read();
  CHECK_EQ(response.body, ".tx");
  CHECK_EQ(response.Field("X-App"), "yes");
}

TEST("file lane: a file that left memory while it is sent is waited for, and others are answered meanwhile") {
  SlowServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  Client client(server.port(), 4096), other(server.port());
  client.Get("/files/large.bin", "Range: bytes=0-0\r\n");  // opens it
  CHECK_EQ(client.Read().status, 206);
  const base::UniqueFd fd(::open(server.site().At("large.bin").c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::fsync(fd.get()) == 0 && ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
  char byte;
  const iovec room{&byte, 1};
  if (::preadv2(fd.get(), &room, 1, 2 << 20, RWF_NOWAIT) == 1) return;  // a file system that lives in memory
  {
    const uint64_t before = (*server).ReadTotals().file_waits;
    const HangingDisk disk(*server);
    client.Get("/files/large.bin");
    CHECK(server.AwaitWaits(before + 1));
    other.Get("/view");
    CHECK_EQ(other.Read().body, "GET /view ");
  }
  CHECK(client.Read().body == server.large);
}

TEST("file lane: a stop does not wait for a disk that hangs") {
  auto server = std::make_unique<SlowServer>();
  Client client(server->port());
  const HangingDisk disk(**server);
  client.Get("/files/a.txt");
  CHECK(server->AwaitWaits(1));
  server.reset();
  CHECK_EQ(client.Read().status, 0);
}
