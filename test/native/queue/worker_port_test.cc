// A worker's end of the queue: overflow, abandoning, batches that break.
#include "native/queue/worker_port.h"

#include <optional>
#include <string>
#include <vector>

#include "test/native/queue/pair.h"
#include "test/native/testing.h"

using namespace fastserve::queue;

namespace {

struct Attached : Pair {
  explicit Attached(size_t io_count = 1) : Pair(io_count) {
    attached = slot.Attach(1);
    port.emplace(slot, DoorPointers(), spills);
  }
  bool attached = false;
  std::optional<WorkerPort> port;
};

// An answer whose body is in `block` or `body`.
void PushHeld(WorkerPort& port, BodyHolder holder, void* pointer) {
  ResponseRecord* record = port.Begin(0, 0);
  record->holder = holder;
  record->pointer = pointer;
  port.Commit(0, 0);
}

// More than a ring holds.
void FillResponses(WorkerPort& port) {
  const std::string body(16384, 'f');
  for (uint32_t i = 0; i < 80; ++i) PushAnswer(port, 0, i, body);
}

// The pool has its block back when the next Take of that size gives the same one.
bool IsBack(SpillPool& pool, SpillBlock* block) {
  SpillBlock* next = pool.Take(block->capacity);
  const bool back = next == block;
  pool.Give(next);
  return back;
}

}  // namespace

TEST("answers beyond the ring wait in the overflow list and keep their order (Q4)") {
  Attached pair;
  const std::string body(10000, 'x');
  for (uint32_t token = 0; token < 300; ++token) PushAnswer(*pair.port, 0, token, body);
  CHECK(!pair.port->Flush());
  std::vector<uint32_t> taken;
  for (int turn = 0; turn < 10 && taken.size() < 300; ++turn) {
    for (const uint32_t token : TakeAnswers(pair)) taken.push_back(token);
    pair.port->Flush();
  }
  REQUIRE(taken.size() == 300);
  for (uint32_t token = 0; token < 300; ++token) CHECK_EQ(taken[token], token);
}

TEST("an answer that is given up leaves no trace, in the ring or in the overflow list") {
  Attached pair;
  const auto give_up = [&] {
    ResponseRecord* record = pair.port->Begin(0, 20000);
    record->token = 666;
    std::memset(static_cast<void*>(record + 1), 'x', 20000);
    pair.port->Discard(0);
  };
  for (uint32_t token = 0; token < 80; ++token) {
    give_up();
    PushAnswer(*pair.port, 0, token, std::string(16384, 'x'));  // the last of them overflow
  }
  give_up();
  std::vector<uint32_t> taken;
  while (!pair.port->Flush()) {
    for (const uint32_t token : TakeAnswers(pair)) taken.push_back(token);
  }
  for (const uint32_t token : TakeAnswers(pair)) taken.push_back(token);
  REQUIRE(taken.size() == 80);
  for (uint32_t token = 0; token < 80; ++token) CHECK_EQ(taken[token], token);
}

TEST("a small answer does not overtake those that overflow (Q4)") {
  Attached pair;
  FillResponses(*pair.port);
  pair.port->Flush();
  const size_t before = TakeAnswers(pair).size();
  PushAnswer(*pair.port, 0, 1000, "small");  // there is room now, but others wait
  CHECK(pair.port->Flush());
  const std::vector<uint32_t> rest = TakeAnswers(pair);
  REQUIRE(before + rest.size() == 81);
  CHECK_EQ(rest.back(), 1000u);
}

TEST("taking answers rings the worker whose answers overflow, once (Q9)") {
  Attached pair;
  FillResponses(*pair.port);
  CHECK(!pair.port->Flush());
  pair.slot.doorbell.Drain();
  TakeAnswers(pair);
  CHECK(AwaitRing(pair.slot.doorbell.fd()));
  pair.port->Run([](uint32_t, uint32_t, uint32_t) -> uint32_t { return 0; });
  CHECK(!TakeAnswers(pair).empty());
  pollfd watched{pair.slot.doorbell.fd(), POLLIN, 0};
  CHECK_EQ(::poll(&watched, 1, 0), 0);
}

TEST("an answer keeps what was written when less was committed than asked for") {
  Attached pair;
  ResponseRecord* record = pair.port->Begin(0, 30000);
  record->token = 5;
  record->body_length = 3;
  std::memcpy(static_cast<void*>(record + 1), "abc", 3);
  pair.port->Commit(0, 3);
  PushAnswer(*pair.port, 0, 6, "d");
  pair.port->Flush();
  RingConsumer& ring = pair.channel().responses;
  const uint32_t tail = ring.LoadTail();
  const auto* first = reinterpret_cast<const ResponseRecord*>(ring.Next(tail));
  CHECK_EQ(first->length, Align(sizeof(ResponseRecord) + 3));
  CHECK_EQ(first->declared_length, int64_t{-1});
  CHECK_EQ(std::string(reinterpret_cast<const char*>(first + 1), 3), std::string("abc"));
  CHECK_EQ(reinterpret_cast<const ResponseRecord*>(ring.Next(tail))->token, 6u);
}

TEST("each channel has its own answers") {
  Attached pair(3);
  PushAnswer(*pair.port, 2, 22, "c");
  PushAnswer(*pair.port, 0, 10, "a");
  pair.port->Flush();
  CHECK(TakeAnswers(pair, 0) == std::vector<uint32_t>{10});
  CHECK(TakeAnswers(pair, 1).empty());
  CHECK(TakeAnswers(pair, 2) == std::vector<uint32_t>{22});
}

TEST("an abandoned port gives back the bodies of answers that found no room, each once") {
  Attached pair;
  FillResponses(*pair.port);
  SpillBlock* block = pair.spills.Take(100000);
  PushHeld(*pair.port, BodyHolder::kSpill, block);
  StaticBody* body = StaticBody::Create("static", 6);
  body->Retain();  // the record's
  PushHeld(*pair.port, BodyHolder::kStatic, body);
  pair.port->Abandon();
  CHECK(IsBack(pair.spills, block));
  CHECK_EQ(std::string(body->data(), body->size()), std::string("static"));  // ours is left
  body->Release();
}

TEST("a channel that ends gives back the bodies of answers that nobody took") {
  SpillPool spills;
  SpillBlock* block = spills.Take(50000);
  StaticBody* body = StaticBody::Create("kept", 4);
  body->Retain();
  {
    Attached pair;
    PushHeld(*pair.port, BodyHolder::kSpill, block);
    PushHeld(*pair.port, BodyHolder::kStatic, body);
    PushAnswer(*pair.port, 0, 1, "inline");
    pair.port->Abandon();
  }
  CHECK(IsBack(spills, block));
  body->Release();
}

TEST("answers published before the end are still there after it") {
  Attached pair;
  PushAnswer(*pair.port, 0, 1, "first");
  PushAnswer(*pair.port, 0, 2, "second");
  pair.port->Abandon();
  CHECK(pair.slot.state.load() == SlotState::kDead);
  CHECK(TakeAnswers(pair) == (std::vector<uint32_t>{1, 2}));
}

TEST("abandoning rings an I/O thread that sleeps (Q5)") {
  Attached pair;
  pair.doors[0]->parking.Park();
  pair.port->Abandon();
  CHECK(AwaitRing(pair.doors[0]->wakeup.fd()));
}

TEST("a port that is abandoned inside its batch touches the slot no more (Q7)") {
  Attached pair;
  PushRequestRecord(pair.channel().requests, 1);
  pair.channel().requests.Publish();
  int batches = 0;
  pair.port->Run([&](uint32_t, uint32_t, uint32_t) -> uint32_t {
    ++batches;
    pair.port->Abandon();
    // The I/O thread recovers at once, and a new worker takes the slot.
    pair.channel().requests.Reset();
    pair.slot.Recovered();
    CHECK(pair.slot.Attach(1));
    return 1;
  });
  CHECK_EQ(batches, 1);
  CHECK_EQ(pair.channel().drained_records.load(), 0u);
  CHECK_EQ(pair.channel().request_positions.head.load(), 0u);
  CHECK(!pair.channel().worker_parking.Unpark());  // not parked in the new owner's name
}

TEST("a batch that breaks is not given back, so that its records can be recovered (Q6)") {
  Attached pair;
  PushRequestRecord(pair.channel().requests, 1);
  pair.channel().requests.Publish();
  int batches = 0;
  const auto drain = [&](uint32_t, uint32_t, uint32_t) -> uint32_t {
    ++batches;
    return WorkerPort::kDrainBroken;
  };
  pair.port->Run(drain);
  pair.port->Run(drain);
  CHECK_EQ(batches, 1);
  CHECK_EQ(pair.channel().request_positions.head.load(), 0u);
  CHECK_EQ(pair.channel().drained_records.load(), 0u);
}

TEST("a worker under steady load comes back to its event loop with the doorbell rung again") {
  Attached pair;
  PushRequestRecord(pair.channel().requests, 1);
  pair.channel().requests.Publish();
  int batches = 0;
  pair.port->Run([&](uint32_t, uint32_t, uint32_t) -> uint32_t {
    ++batches;
    PushRequestRecord(pair.channel().requests, 1);  // there is always more
    pair.channel().requests.Publish();
    return 1;
  });
  CHECK(batches > 1 && batches < 100);
  CHECK(AwaitRing(pair.slot.doorbell.fd()));
}

TEST("a worker with nothing to do is parked, and the next record asks for a ring") {
  Attached pair(2);
  pair.port->Run([](uint32_t, uint32_t, uint32_t) -> uint32_t { return 0; });
  CHECK(pair.channel(0).worker_parking.ShouldRing());
  CHECK(pair.channel(1).worker_parking.ShouldRing());
  CHECK(!pair.channel(1).worker_parking.ShouldRing());
}
