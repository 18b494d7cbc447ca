// No lost wake-up: real eventfds, poll with a limit that must never be reached (Q5, Q9).
#include "native/queue/parking.h"

#include <atomic>
#include <cstring>
#include <thread>

#include "test/native/queue/pair.h"
#include "test/native/testing.h"

using namespace fastserve::queue;

namespace {

// One direction: a ring, who sleeps on it, and how to wake it.
struct Lane {
  Lane() : producer(data(), 4096, &positions), consumer(data(), 4096, &positions) {}
  uint8_t* data() { return reinterpret_cast<uint8_t*>(memory); }
  void Send(uint32_t value) {
    const ControlRecord record{sizeof(ControlRecord), value, 0, 0};
    std::memcpy(producer.Reserve(sizeof record), &record, sizeof record);
    producer.Commit(sizeof record);
    producer.Publish();
    if (parking.ShouldRing()) doorbell.Ring();
  }
  // Sleeps until something is there. False when nobody rang.
  bool Await(uint32_t* value) {
    while (consumer.Empty()) {
      parking.Park();
      if (!consumer.Empty(std::memory_order_seq_cst)) {
        parking.Unpark();
        break;
      }
      sleeps++;
      if (!AwaitRing(doorbell.fd())) return false;
      doorbell.Drain();
    }
    const uint8_t* record = consumer.Next(consumer.LoadTail());
    *value = reinterpret_cast<const ControlRecord*>(record)->token;
    consumer.Release();
    return true;
  }

  uint64_t memory[512] = {};
  RingPositions positions;
  RingProducer producer;
  RingConsumer consumer;
  Parking parking;
  fastserve::net::Wakeup doorbell;
  uint64_t sleeps = 0;
};

}  // namespace

TEST("exactly one producer takes the flag down, and the sleeper is told when one has") {
  Parking parking;
  CHECK(!parking.ShouldRing());
  parking.Park();
  CHECK(parking.ShouldRing());
  CHECK(!parking.ShouldRing());
  CHECK(!parking.Unpark());
  parking.Park();
  CHECK(parking.Unpark());
}

TEST("100000 hand-overs between two sleeping threads lose no wake-up (Q5)") {
  constexpr uint32_t kRounds = 50000;
  Lane there, back;
  std::thread echo([&] {
    uint32_t value = 0;
    for (uint32_t i = 0; i < kRounds && there.Await(&value); ++i) back.Send(value + 1);
  });
  bool right = true;
  for (uint32_t i = 0; i < kRounds && right; ++i) {
    there.Send(i);
    uint32_t value = 0;
    right = back.Await(&value) && value == i + 1;
  }
  CHECK(right);
  echo.join();
  CHECK(there.sleeps + back.sleeps > 0);
}

TEST("300000 waits for a worker's window lose no wake-up, though the worker never answers (Q9)") {
  constexpr uint32_t kRounds = 300000;
  Pair pair;
  REQUIRE(pair.slot.Attach(1));
  std::atomic<bool> done{false};
  std::thread worker([&] {
    WorkerPort port(pair.slot, pair.DoorPointers(), pair.spills);
    const auto drain = [](uint32_t, uint32_t head, uint32_t tail) -> uint32_t {
      return (tail - head) / sizeof(ControlRecord);
    };
    while (!done.load()) port.DrainAll(drain);  // awake all the time: the two sides meet as closely as they can
  });
  Channel& channel = pair.channel();
  IoDoor& door = *pair.doors[0];
  const auto drained = [&] { return channel.drained_records.load(std::memory_order_seq_cst); };
  bool lost = false;
  for (uint32_t pushed = 1; pushed <= kRounds && !lost; ++pushed) {
    PushRequestRecord(channel.requests, pushed);
    channel.requests.Publish();
    std::atomic<uint32_t> spin{0};
    while (spin.fetch_add(1, std::memory_order_relaxed) < pushed % 64) {
    }
    // As Dispatcher::Pump, HasWork and IoThread::Run do for a window of one record.
    while (!lost) {
      channel.space_wanted.exchange(1, std::memory_order_seq_cst);
      if (drained() == pushed) break;
      door.parking.Park();
      if (channel.space_wanted.load(std::memory_order_seq_cst) == 1) lost = !AwaitRing(door.wakeup.fd());
      door.parking.Unpark();
      door.wakeup.Drain();
    }
  }
  CHECK(!lost);
  done.store(true);
  worker.join();
}

TEST("answers that overflow their ring flow on as the I/O thread takes them, and lose no wake-up (Q4, Q9)") {
  constexpr uint32_t kAnswers = 4000;
  Pair pair;
  REQUIRE(pair.slot.Attach(1));
  std::atomic<bool> worker_lost{false};
  std::thread worker([&] {
    WorkerPort port(pair.slot, pair.DoorPointers(), pair.spills);
    const std::string body(4096, 'b');
    for (uint32_t token = 0; token < kAnswers; ++token) PushAnswer(port, 0, token, body);
    bool complete = port.Flush();
    const auto drain = [](uint32_t, uint32_t, uint32_t) -> uint32_t { return 0; };
    while (!complete && !worker_lost.load()) {
      worker_lost.store(!AwaitRing(port.doorbell()));
      port.Run(drain);
      complete = port.Flush();
    }
  });
  IoDoor& door = *pair.doors[0];
  uint32_t expected = 0;
  bool right = true;
  while (expected < kAnswers && right) {
    door.parking.Park();
    if (pair.channel().responses.Empty(std::memory_order_seq_cst)) right = AwaitRing(door.wakeup.fd());
    door.parking.Unpark();
    door.wakeup.Drain();
    for (const uint32_t token : TakeAnswers(pair)) right &= token == expected++;
  }
  worker.join();
  CHECK(right);
  CHECK(!worker_lost.load());
}
