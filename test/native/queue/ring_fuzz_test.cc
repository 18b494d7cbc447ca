// Two threads, one ring, records of random size: every byte arrives once and in order. Meant for ThreadSanitizer too.
#include <atomic>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "native/queue/ring.h"
#include "test/native/testing.h"

using namespace fastserve::queue;

namespace {

constexpr uint32_t kRingBytes = 4096;
constexpr uint32_t kRecords = 150000;

struct FuzzRecord {
  uint32_t length, sequence, checksum, seed;
};

uint32_t Checksum(const uint8_t* bytes, size_t size) {
  uint32_t sum = 2166136261u;
  for (size_t i = 0; i < size; ++i) sum = (sum ^ bytes[i]) * 16777619u;
  return sum;
}

// Bytes of record `sequence`, known to both threads.
uint32_t SizeOf(std::minstd_rand& random) {
  const uint32_t most = random() % 16 == 0 ? kRingBytes / 2 : 256;
  return Align(static_cast<uint32_t>(sizeof(FuzzRecord)) + random() % (most - sizeof(FuzzRecord) - kAlignment));
}

void Produce(RingProducer& ring) {
  std::minstd_rand sizes(7);
  std::minstd_rand batches(11);
  for (uint32_t sequence = 0; sequence < kRecords;) {
    const uint32_t bytes = SizeOf(sizes);
    uint8_t* room;
    while ((room = ring.Reserve(bytes)) == nullptr) {
      ring.Publish();
      std::this_thread::yield();
    }
    std::memset(room + sizeof(FuzzRecord), static_cast<int>(sequence * 31), bytes - sizeof(FuzzRecord));
    const FuzzRecord record{bytes, sequence, Checksum(room + sizeof(FuzzRecord), bytes - sizeof(FuzzRecord)), 0};
    std::memcpy(room, &record, sizeof record);
    ring.Commit(bytes);
    ++sequence;
    if (batches() % 5 == 0) ring.Publish();
  }
  ring.Publish();
}

}  // namespace

TEST("150000 records of random sizes come through a 4 KiB ring between two threads, whole and in order") {
  std::vector<uint64_t> memory(kRingBytes / 8);
  auto* bytes = reinterpret_cast<uint8_t*>(memory.data());
  RingPositions positions;
  RingProducer producer(bytes, kRingBytes, &positions);
  RingConsumer consumer(bytes, kRingBytes, &positions);
  std::thread thread([&] { Produce(producer); });
  uint32_t expected = 0;
  bool right = true;
  while (expected < kRecords) {
    const uint32_t tail = consumer.LoadTail();
    if (tail == consumer.head()) std::this_thread::yield();
    while (const uint8_t* taken = consumer.Next(tail)) {
      FuzzRecord record;
      std::memcpy(&record, taken, sizeof record);
      right &= record.sequence == expected &&
               record.checksum == Checksum(taken + sizeof record, record.length - sizeof record);
      ++expected;
    }
    consumer.Release();
  }
  thread.join();
  CHECK(right);
  CHECK(consumer.Empty());
}
