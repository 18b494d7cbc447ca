// How much of a connection's output may go, where answers have a bandwidth.
#include "native/server/connection/output_pace.h"

#include "test/native/testing.h"

namespace fastserve::server {
namespace {

constexpr uint64_t kPlenty = 1'000'000;

// What can be sent of `pending` bytes at that time, in as many steps as it takes.
uint64_t SendAll(OutputPace& pace, uint64_t pending, int64_t now_ms) {
  uint64_t sent = 0;
  while (const uint64_t room = pace.Room(pending - sent, now_ms)) {
    pace.Sent(room);
    sent += room;
  }
  return sent;
}

TEST("what goes before a limited answer, and its free bytes, go at once") {
  OutputPace pace;
  pace.Begin(500, {1000, 200});
  CHECK_EQ(SendAll(pace, kPlenty, 0), 700u);
  CHECK_EQ(SendAll(pace, kPlenty, 10), 0u);
}

TEST("the rest comes in pieces, at the rate") {
  OutputPace pace;
  pace.Begin(0, {100'000, 300});
  CHECK_EQ(SendAll(pace, kPlenty, 0), 300u);
  uint64_t sent = 0;
  int pieces = 0;
  for (int64_t now_ms = 16; now_ms <= 1600; now_ms += 16) {
    const uint64_t piece = SendAll(pace, kPlenty, now_ms);
    pieces += piece > 0 ? 1 : 0;
    sent += piece;
  }
  CHECK_EQ(sent, 160'000u);
  CHECK_EQ(pieces, 25);
}

TEST("the delay leads to the time of the next piece") {
  OutputPace pace;
  pace.Begin(0, {1000, 10});
  SendAll(pace, kPlenty, 0);
  const int64_t delay_ms = pace.DelayMs(kPlenty);
  CHECK_EQ(delay_ms, 64);
  CHECK_EQ(pace.Room(kPlenty, delay_ms - 1), 0u);
  CHECK_EQ(pace.Room(kPlenty, delay_ms), 64u);
}

TEST("less than a piece is not waited for longer than it takes") {
  OutputPace pace;
  pace.Begin(0, {1000, 10});
  SendAll(pace, 15, 0);
  CHECK_EQ(pace.DelayMs(5), 5);
  CHECK_EQ(SendAll(pace, 5, 5), 5u);
}

TEST("a byte a second is sent as a byte in a second") {
  OutputPace pace;
  pace.Begin(0, {1, 10});
  SendAll(pace, kPlenty, 0);
  CHECK_EQ(pace.DelayMs(kPlenty), 1000);
  CHECK_EQ(SendAll(pace, kPlenty, 999), 0u);
  CHECK_EQ(SendAll(pace, kPlenty, 1000), 1u);
}

TEST("a slow client saves up a second and no more") {
  OutputPace pace;
  pace.Begin(0, {1000, 10});
  SendAll(pace, kPlenty, 0);
  CHECK_EQ(SendAll(pace, kPlenty, 60'000), 1000u);
}

TEST("behind its end an answer limits nothing, and the next one has a bucket of its own") {
  OutputPace pace;
  pace.Begin(0, {1000, 100});
  pace.End(100);
  pace.Begin(300, {1000, 50});
  CHECK_EQ(SendAll(pace, kPlenty, 0), 350u);
  CHECK(!pace.idle());
  CHECK_EQ(SendAll(pace, kPlenty, 100), 100u);
  pace.End(0);
  pace.Room(0, 100);
  CHECK(pace.idle());
}

TEST("an answer that begins ends the one before it") {
  OutputPace pace;
  pace.Begin(0, {1, 10});
  SendAll(pace, kPlenty, 0);
  pace.Begin(0, {1000, 20});
  CHECK_EQ(SendAll(pace, kPlenty, 1), 20u);
}

}  // namespace
}  // namespace fastserve::server
