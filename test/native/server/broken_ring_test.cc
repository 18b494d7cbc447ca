// Memory between a worker and the server that was overwritten: the worker is given up, its clients are told, nobody gets anything
// wrong, and the next worker serves (Q13).
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "test/native/server/fake_worker.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::server;

namespace {

constexpr int kRounds = 60;

bool AwaitBroken(queue::WorkerSlot& slot) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kNeverMs);
  while (!slot.broken.load() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return slot.broken.load();
}

// Where the worker's answers lie: a worker that was just attached begins at 0, with the first of them.
uint8_t* AnswersOf(Server& server) { return server.slot(0).channels[0]->response_memory.get(); }

}  // namespace

TEST("broken ring: any change of a record's head is found, whatever it says: 502, and the next worker serves") {
  RunningServer server;
  std::minstd_rand random(20260101);
  for (int round = 0; round < kRounds; ++round) {
    Client client(server.port()), waiting(server.port());
    FakeWorker worker(*server, 0);
    client.Get("/one");
    waiting.Get("/two");
    const Seen one = worker.AwaitRequest("/one"), two = worker.AwaitRequest("/two");
    CHECK(one.target == "/one" && two.target == "/two");
    worker.Do([&](FakeWorker& w) {
      w.Answer(one, 200, "A: b\r\n", "small");
      uint8_t* const answers = AnswersOf(*server);
      // Different bytes: two changes of one could undo each other.
      const uint32_t first = random() % sizeof(queue::ResponseRecord);
      for (uint32_t flips = 1 + random() % 4, i = 0; i < flips; ++i) {
        answers[(first + 11 * i) % sizeof(queue::ResponseRecord)] ^= static_cast<uint8_t>(1 + random() % 255);
      }
    });
    CHECK(AwaitBroken((*server).slot(0)));
    worker.Die();
    CHECK_EQ(client.Read().status, 502);
    CHECK_EQ(waiting.Read().status, 502);
  }
  FakeWorker next(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Echo(seen); });
  Client client(server.port());
  client.Get("/after");
  CHECK_EQ(client.Read().body, "GET /after ");
}

TEST("broken ring: a record that is read a second time is none") {
  RunningServer server;
  FakeWorker worker(*server, 0);
  Client client(server.port());
  for (const char* target : {"/one", "/two"}) {
    client.Get(target);
    const Seen seen = worker.AwaitRequest(target);
    worker.Do([&](FakeWorker& w) {
      const bool repeats = seen.target == "/two";
      std::vector<uint8_t> first(AnswersOf(*server), AnswersOf(*server) + 64);
      w.Answer(seen, 200, "", "");
      uint32_t length;
      std::memcpy(&length, first.data(), sizeof length);
      if (repeats) std::memcpy(AnswersOf(*server) + length, first.data(), sizeof(queue::ResponseRecord));
    });
    if (seen.target == "/one") CHECK_EQ(client.Read().status, 200);
  }
  CHECK(AwaitBroken((*server).slot(0)));
  worker.Die();
  CHECK_EQ(client.Read().status, 502);
}

TEST("broken ring: what a worker has not started is given on whole, or not at all, where it has overwritten it") {
  ServerOptions options;
  options.timeouts.quarantine_ms = 0;  // it ends one worker after the other
  RunningServer server(options);
  std::minstd_rand random(7);
  for (int round = 0; round < kRounds; ++round) {
    Client client(server.port());
    client.Send("GET /kill HTTP/1.1\r\nHost: h\r\n\r\nGET /request HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n");
    {
      FakeWorker worker(*server, 0, [&](FakeWorker& w, const Seen&) {
        uint8_t* const shared = (*server).slot(0).channels[0]->shared;
        uint32_t behind;
        std::memcpy(&behind, shared + queue::kStartedEndOffset, sizeof behind);
        uint8_t* const record = shared + queue::kRequestRingOffset + behind;
        for (int flips = 0; flips < 1 + round % 8; ++flips) {
          record[random() % (sizeof(queue::RequestRecord) + 2 * sizeof(http::Field))] = static_cast<uint8_t>(random());
        }
        w.DieInBatch();
      });
      CHECK_EQ(client.Read().status, 502);
    }
    FakeWorker next(*server, 0, [](FakeWorker& w, const Seen& seen) { w.Answer(seen, 200, "", ""); });
    const int status = client.Read().status;
    CHECK(status == 200 || status == 502);
  }
}
