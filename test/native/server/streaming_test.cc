// Content larger than every buffer, both ways: it comes through whole, and never more than a window of it is on its way.
#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve::server;
using fastserve::queue::kStreamWindowBytes;
using fastserve::queue::RequestKind;

namespace {

constexpr uint64_t kLargeBytes = 64u << 20;
constexpr uint32_t kPieceBytes = 32768;

// As src/gateway/queue/answer-stream.ts: writes while less than a window is outstanding.
struct Producer {
  uint64_t written = 0, credited = 0;
  uint64_t most_outstanding = 0;
  Seen request{};
  void Fill(FakeWorker& worker) {
    static const std::string piece(kPieceBytes, 'p');
    while (written < kLargeBytes && written - credited < kStreamWindowBytes) {
      worker.Chunk(request, piece);
      written += piece.size();
      most_outstanding = std::max(most_outstanding, written - credited);
    }
    if (written == kLargeBytes && !ended) {
      ended = true;
      worker.EndStream(request);
    }
  }
  bool ended = false;
};

}  // namespace

TEST("64 MiB are streamed to a client, never more than a window ahead of it") {
  RunningServer server;
  Producer producer;
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) {
      producer.request = seen;
      w.StartStream(seen, 200, static_cast<int64_t>(kLargeBytes));
    } else if (seen.kind == RequestKind::kCredit) {
      producer.credited += seen.value;
    }
    producer.Fill(w);
  });
  Client client(server.port());
  client.Get("/");
  const Response response = client.Read();
  CHECK(response.complete);
  CHECK_EQ(response.body.size(), size_t{kLargeBytes});
  CHECK_EQ(response.body.find_first_not_of('p'), std::string::npos);
  worker.Do([&](FakeWorker&) {
    CHECK(producer.most_outstanding <= kStreamWindowBytes + kPieceBytes);
    CHECK(producer.credited <= producer.written);
  });
}

TEST("a client that leaves in the middle of a stream has it cancelled, a window and the kernel's buffers behind it") {
  RunningServer server;
  Producer producer;
  std::atomic<uint64_t> written{0};
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) {
      producer.request = seen;
      w.StartStream(seen, 200);
    } else if (seen.kind == RequestKind::kCredit) {
      producer.credited += seen.value;
    }
    producer.Fill(w);
    written.store(producer.written);
  });
  Client client(server.port(), 262144);
  client.Get("/");
  const Seen seen = worker.AwaitRequest("/");
  REQUIRE(client.Swallow(16u << 20));
  client.Reset();
  CHECK_EQ(worker.AwaitControl(RequestKind::kCancel, seen.token).token, seen.token);
  CHECK(written.load() < kLargeBytes / 2);
}

TEST("64 MiB are uploaded through a 1 MiB ring, never more than was asked for") {
  ServerOptions options;
  options.limits.body_bytes = kLargeBytes;
  RunningServer server(options);
  uint64_t received = 0, granted = 0;
  bool right = true;
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) {
      right &= seen.body_length == kLargeBytes && (seen.flags & fastserve::queue::kFlagBodyStream) != 0;
      granted = kStreamWindowBytes;
      return w.Grant(seen, kStreamWindowBytes);
    }
    if (seen.kind != RequestKind::kBodyChunk) return;
    received += seen.value;
    right &= received <= granted && seen.value <= fastserve::queue::kBodyChunkBytes;
    right &= seen.body.find_first_not_of('u') == std::string::npos;
    if ((seen.flags & fastserve::queue::kFlagBodyEnd) != 0) return w.Answer(seen, 200, "", std::to_string(received));
    granted += seen.value;
    w.Grant(seen, seen.value);
  });
  Client client(server.port());
  std::thread sender([&] {
    client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(kLargeBytes) + "\r\n\r\n");
    const std::string piece(1u << 20, 'u');
    for (uint64_t sent = 0; sent < kLargeBytes; sent += piece.size()) client.Send(piece);
  });
  const Response response = client.Read();
  sender.join();
  CHECK_EQ(response.body, std::to_string(kLargeBytes));
  worker.Do([&](FakeWorker&) { CHECK(right); });
}

TEST("content in chunks is uploaded whole, and its end is told once") {
  ServerOptions options;
  options.limits.body_bytes = 8u << 20;
  RunningServer server(options);
  uint64_t received = 0;
  int ends = 0;
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) return w.Grant(seen, kStreamWindowBytes);
    if (seen.kind != RequestKind::kBodyChunk) return;
    received += seen.value;
    if ((seen.flags & fastserve::queue::kFlagBodyEnd) != 0) {
      ++ends;
      return w.Answer(seen, 200, "", std::to_string(received));
    }
    w.Grant(seen, seen.value);
  });
  Client client(server.port());
  std::string message = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) message += "c350\r\n" + std::string(50000, 'c') + "\r\n";
  client.Send(message + "0\r\n\r\n");
  CHECK_EQ(client.Read().body, std::string("5000000"));
  worker.Do([&](FakeWorker&) { CHECK_EQ(ends, 1); });
}

TEST("nothing is read of an upload that nobody asks for: the sender stands still") {
  ServerOptions options;
  options.limits.body_bytes = kLargeBytes;
  RunningServer server(options);
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(kLargeBytes) + "\r\n\r\n");
  CHECK(client.SendUntilStuck(std::string(65536, 'u'), kLargeBytes, 200) < kLargeBytes / 2);
  const Seen seen = worker.AwaitRequest("/");
  worker.Do([&](FakeWorker& w) { w.Answer(seen, 413, "", "no"); });
  CHECK_EQ(client.Read().status, 413);
  CHECK(client.AwaitEnd() != End::kData);  // too much is left to read over it
}

TEST("uploads to a worker that stands still fill its ring and no memory, and come through when it goes on") {
  constexpr int kUploads = 3;
  constexpr uint64_t kUploadBytes = 32u << 20;
  ServerOptions options;
  options.limits.body_bytes = kUploadBytes;
  RunningServer server(options);
  std::mutex gate;
  std::unique_lock<std::mutex> closed(gate);
  std::map<uint32_t, uint64_t> received;
  FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen& seen) {
    // Together they may send more than the ring holds.
    if (seen.kind == RequestKind::kRequest) return w.Grant(seen, 1u << 20);
    if (seen.kind != RequestKind::kBodyChunk) return;
    std::lock_guard<std::mutex> open(gate);
    uint64_t& mine = received[seen.token];
    mine += seen.value;
    if ((seen.flags & fastserve::queue::kFlagBodyEnd) != 0) return w.Answer(seen, 200, "", std::to_string(mine));
    w.Grant(seen, seen.value);
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kUploads; ++i) {
    const std::string target = "/" + std::to_string(i);
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Send("POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                         std::to_string(kUploadBytes) + "\r\n\r\n");
    worker.AwaitRequest(target);
  }
  const std::string piece(65536, 'u');
  std::vector<uint64_t> sent;
  for (auto& client : clients) sent.push_back(client->SendUntilStuck(piece, kUploadBytes, 200));
  for (const uint64_t bytes : sent) CHECK(bytes < kUploadBytes - (8u << 20));  // the kernel's buffers hold what went
  closed.unlock();
  std::vector<std::thread> senders;
  for (size_t i = 0; i < clients.size(); ++i) {
    senders.emplace_back([&, i] { clients[i]->Send(std::string(kUploadBytes - sent[i], 'u')); });
  }
  for (std::thread& sender : senders) sender.join();
  for (auto& client : clients) CHECK_EQ(client->Read().body, std::to_string(kUploadBytes));
}

TEST("an upload that breaks off tells its worker that it will never be complete") {
  RunningServer server;
  FakeWorker worker(*server, 0, [](FakeWorker& w, const Seen& seen) {
    if (seen.kind == RequestKind::kRequest) w.Grant(seen, kStreamWindowBytes);
  });
  Client client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(20000, 'u'));
  const Seen seen = worker.AwaitRequest("/");
  REQUIRE(worker.AwaitControl(RequestKind::kBodyChunk, seen.token).token == seen.token);
  client.HalfClose();
  CHECK_EQ(client.Read().status, 400);
  CHECK_EQ(worker.AwaitControl(RequestKind::kCancel, seen.token).token, seen.token);
  const Seen last = worker.AwaitControl(RequestKind::kBodyChunk, seen.token);
  CHECK((last.flags & fastserve::queue::kFlagBodyAborted) != 0);
}

TEST("100 Continue is sent when the worker first asks for content") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\nExpect: 100-continue\r\n\r\n");
  const Seen seen = worker.AwaitRequest("/");
  CHECK(client.Silent());
  worker.Do([&](FakeWorker& w) { w.Grant(seen, kStreamWindowBytes); });
  CHECK_EQ(client.Read().status, 100);
  client.Send(std::string(20000, 'u'));
  REQUIRE(worker.AwaitControl(RequestKind::kBodyChunk, seen.token).token == seen.token);
  worker.Do([&](FakeWorker& w) { w.Answer(seen, 200, "", "got it"); });
  CHECK_EQ(client.Read().body, std::string("got it"));
}
