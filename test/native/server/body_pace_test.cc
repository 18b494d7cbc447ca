#include "native/server/connection/body_pace.h"

#include "test/native/testing.h"

namespace {

using fastserve::server::BodyPace;

constexpr int64_t kStart = 1000;
constexpr int64_t kFirstEnd = kStart + BodyPace::kGraceMs + BodyPace::kWindowMs;

TEST("without limits content may take for ever") {
  BodyPace pace;
  pace.Begin(kStart, 0, 0);
  CHECK_EQ(pace.next_look_ms(), BodyPace::kNever);
  CHECK(!pace.IsTooSlow(kStart + 1'000'000'000, 0));
}

TEST("the whole content has its time") {
  BodyPace pace;
  pace.Begin(kStart, 300, 0);
  CHECK_EQ(pace.next_look_ms(), kStart + 300);
  CHECK(!pace.IsTooSlow(kStart + 299, 0));
  CHECK(pace.IsTooSlow(kStart + 300, 1u << 30));
}

TEST("the grace time asks for nothing, the window behind it does") {
  BodyPace pace;
  pace.Begin(kStart, 0, 100);
  CHECK(!pace.IsTooSlow(kStart + BodyPace::kGraceMs, 0));
  CHECK_EQ(pace.next_look_ms(), kFirstEnd);
  CHECK(!pace.IsTooSlow(kFirstEnd - 1, 0));
  CHECK(pace.IsTooSlow(kFirstEnd, 499));
}

TEST("every window must bring its bytes") {
  BodyPace pace;
  pace.Begin(kStart, 0, 100);
  CHECK(!pace.IsTooSlow(kStart + BodyPace::kGraceMs, 100'000));
  CHECK(!pace.IsTooSlow(kFirstEnd, 100'500));
  CHECK(pace.IsTooSlow(kFirstEnd + BodyPace::kWindowMs, 100'999));
}

TEST("time in which the client is held back does not count") {
  BodyPace pace;
  pace.Begin(kStart, 20'000, 100);
  CHECK(!pace.IsTooSlow(kStart + BodyPace::kGraceMs, 0));
  pace.Hold(kStart + BodyPace::kGraceMs + 1000);
  pace.Hold(kStart + BodyPace::kGraceMs + 2000);
  CHECK(!pace.IsTooSlow(kStart + 1'000'000, 0));
  pace.Release(kStart + 1'000'000);
  pace.Release(kStart + 1'000'001);
  CHECK(!pace.IsTooSlow(kStart + 1'000'000 + 3999, 0));
  CHECK(pace.IsTooSlow(kStart + 1'000'000 + 4000, 499));
}

}  // namespace
