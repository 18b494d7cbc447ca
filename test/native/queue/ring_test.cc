// The ring by itself, one thread: wrapping, filling, skipping, positions beyond 32 bits.
#include "native/queue/ring.h"

#include <cstring>
#include <string>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::queue;

namespace {

constexpr uint32_t kSmallRing = 256;

struct Ring {
  explicit Ring(uint32_t bytes = kSmallRing)
      : memory(bytes / 8), producer(data(), bytes, &positions), consumer(data(), bytes, &positions) {}
  uint8_t* data() { return reinterpret_cast<uint8_t*>(memory.data()); }

  // A record of `bytes` whose payload repeats `mark`. False when it does not fit.
  bool Push(uint32_t bytes, char mark) {
    uint8_t* room = producer.Reserve(bytes);
    if (room == nullptr) return false;
    std::memset(room, mark, bytes);
    std::memcpy(room, &bytes, sizeof bytes);
    producer.Commit(bytes);
    return true;
  }
  // Moves both ends `bytes` on without touching memory; `bytes` <= half of the ring.
  void Advance(uint32_t bytes) {
    producer.Reserve(bytes);
    producer.Commit(bytes);
    producer.Publish();
    consumer.SetHead(consumer.LoadTail());
    consumer.Release();
  }
  // The next record's mark and size, '-' when the ring is empty.
  std::pair<char, uint32_t> Take() {
    const uint8_t* record = consumer.Next(consumer.LoadTail());
    if (record == nullptr) return {'-', 0};
    uint32_t bytes;
    std::memcpy(&bytes, record, sizeof bytes);
    for (uint32_t i = 4; i < bytes; ++i) {
      if (record[i] != record[4]) return {'!', bytes};
    }
    return {static_cast<char>(record[4]), bytes};
  }

  std::vector<uint64_t> memory;
  RingPositions positions;
  RingProducer producer;
  RingConsumer consumer;
};

}  // namespace

TEST("a record that does not fit before the end starts at the beginning, from every alignment and with every size") {
  for (uint32_t start = 0; start < kSmallRing; start += kAlignment) {
    for (uint32_t bytes = 16; bytes <= kSmallRing / 2 - 16; bytes += kAlignment) {
      Ring ring;
      for (uint32_t moved = 0; moved < start; moved += kAlignment) ring.Advance(kAlignment);
      REQUIRE(ring.Push(bytes, 'a'));
      REQUIRE(ring.Push(16, 'b'));
      ring.producer.Publish();
      CHECK_EQ(ring.Take().first, 'a');
      CHECK_EQ(ring.Take().first, 'b');
      CHECK(ring.consumer.Empty());
    }
  }
}

TEST("a skip marker says how many bytes are left before the end (Q3)") {
  Ring ring;
  ring.Advance(128);
  ring.Advance(96);
  REQUIRE(ring.Push(64, 'w'));
  uint32_t marker;
  std::memcpy(&marker, ring.data() + 224, sizeof marker);
  CHECK_EQ(marker, kSkipMarker | 32u);
  CHECK_EQ(ring.producer.position(), uint64_t{256 + 64});
}

TEST("a record that ends exactly at the ring's end needs no skip marker") {
  Ring ring;
  ring.Advance(128);
  ring.Advance(64);
  REQUIRE(ring.Push(64, 'e'));
  REQUIRE(ring.Push(32, 'f'));
  ring.producer.Publish();
  CHECK_EQ(ring.Take().first, 'e');
  CHECK_EQ(ring.Take().first, 'f');
  CHECK_EQ(ring.producer.position(), uint64_t{256 + 32});
}

TEST("a full ring refuses, keeps what it holds, and takes a record again once one was released (Q4)") {
  Ring ring;
  for (char mark = 'a'; mark < 'a' + 4; ++mark) REQUIRE(ring.Push(64, mark));
  CHECK(!ring.Push(16, 'x'));
  ring.producer.Publish();
  CHECK_EQ(ring.Take().first, 'a');
  CHECK(!ring.Push(16, 'x'));  // taken, not released
  ring.consumer.Release();
  CHECK(ring.Push(64, 'e'));
  CHECK(!ring.Push(16, 'x'));
  ring.producer.Publish();
  for (char mark = 'b'; mark <= 'e'; ++mark) CHECK_EQ(ring.Take().first, mark);
}

TEST("room that only a skip would make is not room while the head stands behind it") {
  Ring ring;
  ring.Advance(128);
  ring.Advance(64);
  REQUIRE(ring.Push(32, 'a'));  // 32 bytes are left before the end
  ring.producer.Publish();
  CHECK(ring.producer.Reserve(128) != nullptr);
  Ring fuller;
  REQUIRE(fuller.Push(96, 'a'));
  REQUIRE(fuller.Push(96, 'b'));
  fuller.producer.Publish();
  CHECK_EQ(fuller.Take().first, 'a');
  fuller.consumer.Release();
  CHECK(fuller.producer.Reserve(96 + 8) == nullptr);  // 64 before the end, 96 at the beginning
  CHECK(fuller.producer.Reserve(96) != nullptr);
}

TEST("nothing is visible before Publish, and a batch becomes visible at once") {
  Ring ring;
  REQUIRE(ring.Push(32, 'a'));
  REQUIRE(ring.Push(32, 'b'));
  CHECK(ring.consumer.Empty());
  CHECK(ring.producer.dirty());
  ring.producer.Publish();
  CHECK(!ring.producer.dirty());
  CHECK_EQ(ring.consumer.LoadTail(), 64u);
}

TEST("room that was reserved and not committed leaves nothing, and less may be committed than was reserved") {
  Ring ring;
  CHECK(ring.producer.Reserve(128) != nullptr);
  CHECK(!ring.producer.dirty());
  uint8_t* room = ring.producer.Reserve(128);
  std::memset(room, 'c', 24);
  const uint32_t bytes = 24;
  std::memcpy(room, &bytes, sizeof bytes);
  ring.producer.Commit(bytes);
  REQUIRE(ring.Push(16, 'd'));
  ring.producer.Publish();
  CHECK(ring.Take() == std::make_pair('c', 24u));
  CHECK(ring.Take() == std::make_pair('d', 16u));
}

TEST("a skip marker whose record was never committed is passed over") {
  Ring ring;
  ring.Advance(128);
  ring.Advance(112);
  CHECK(ring.producer.Reserve(64) != nullptr);  // writes the marker only
  ring.producer.Publish();
  CHECK_EQ(ring.Take().first, '-');
  CHECK(ring.consumer.Empty());
  REQUIRE(ring.Push(64, 'n'));
  ring.producer.Publish();
  CHECK_EQ(ring.Take().first, 'n');
}

TEST("records come through when the shared positions wrap at 2^32") {
  constexpr uint32_t kHalf = 1u << 19;
  Ring ring(kHalf * 2);
  for (uint32_t i = 0; i < (1u << 13) - 1; ++i) ring.Advance(kHalf);
  ring.Advance(kHalf - 256);
  REQUIRE(ring.producer.position() == 0xFFFFFF00u);
  for (int i = 0; i < 64; ++i) {
    const char mark = static_cast<char>('A' + i % 26);
    REQUIRE(ring.Push(40, mark));
    ring.producer.Publish();
    CHECK_EQ(ring.Take().first, mark);
    ring.consumer.Release();
  }
  CHECK_EQ(ring.producer.position(), uint64_t{0xFFFFFF00} + 64 * 40 + 16);  // one skip of 16 before the end
  CHECK_EQ(ring.consumer.head(), static_cast<uint32_t>(ring.producer.position()));
}

TEST("the fill is right while the head is before the wrap at 2^32 and the tail behind it") {
  constexpr uint32_t kHalf = 1u << 19;
  Ring ring(kHalf * 2);
  for (uint32_t i = 0; i < (1u << 13) - 1; ++i) ring.Advance(kHalf);
  REQUIRE(ring.Push(kHalf, 'a'));  // ends at 2^32
  REQUIRE(ring.Push(kHalf, 'b'));
  CHECK(!ring.Push(16, 'x'));
  ring.producer.Publish();
  CHECK_EQ(ring.Take().first, 'a');
  ring.consumer.Release();
  CHECK(ring.Push(kHalf, 'c'));
  CHECK(!ring.Push(16, 'x'));
}

TEST("a remembered position keeps its order with a shared one after 2^32 bytes (Q1)") {
  constexpr uint32_t kHalf = 1u << 19;
  Ring ring(kHalf * 2);
  ring.Advance(64);
  const uint64_t early = ring.producer.position();
  // More than half of the 32-bit range: a signed difference of 32-bit positions would call the early one later.
  for (uint32_t i = 0; i < (1u << 12) + 2; ++i) ring.Advance(kHalf);
  CHECK(early < ring.producer.Widen(ring.consumer.head()));
  CHECK(!ring.producer.Keeps(early));
  REQUIRE(ring.Push(64, 'a'));
  CHECK_EQ(ring.producer.Widen(ring.consumer.head()), ring.producer.position() - 64);
  CHECK(ring.producer.Keeps(ring.producer.position() - 64));
  for (uint32_t i = 0; i < (1u << 12); ++i) ring.Advance(kHalf);
  REQUIRE(ring.producer.position() > uint64_t{1} << 32);
  CHECK_EQ(ring.producer.Widen(ring.consumer.head()), ring.producer.position());
}

TEST("a ring that is reset is empty and starts at its beginning") {
  Ring ring;
  ring.Advance(128);
  REQUIRE(ring.Push(32, 'a'));
  ring.producer.Publish();
  ring.producer.Reset();
  ring.consumer.SetHead(0);
  CHECK(ring.consumer.Empty());
  REQUIRE(ring.Push(64, 'b'));
  ring.producer.Publish();
  CHECK_EQ(ring.producer.position(), uint64_t{64});
  CHECK_EQ(ring.Take().first, 'b');
}

TEST("a length or a skip marker that makes no sense breaks the ring, and nothing behind it is read") {
  constexpr uint32_t kBytes = 1024;
  struct Wrong {
    uint32_t word, tail;
  };
  for (const Wrong wrong : {Wrong{0, 64}, Wrong{8, 64}, Wrong{17, 64}, Wrong{72, 64}, Wrong{0x7fffffff, 64}, Wrong{2048, 4096},
                            Wrong{kSkipMarker, 64}, Wrong{kSkipMarker | 32, 64}, Wrong{kSkipMarker | kBytes, 64},
                            Wrong{0xffffffff, 64}}) {
    std::vector<uint64_t> memory(kBytes / 8);
    auto* bytes = reinterpret_cast<uint8_t*>(memory.data());
    RingPositions positions;
    RingConsumer ring(bytes, kBytes, &positions);
    std::memcpy(bytes, &wrong.word, sizeof wrong.word);
    CHECK(ring.Next(wrong.tail) == nullptr);
    CHECK(ring.broken());
    const uint32_t whole = 64;
    std::memcpy(bytes, &whole, sizeof whole);
    CHECK(ring.Next(wrong.tail) == nullptr);
    ring.SetHead(0);
    CHECK(ring.Next(64) == bytes);
  }
}
