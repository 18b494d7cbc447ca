#include "native/queue/precedence.h"

#include <sched.h>

#include <functional>
#include <thread>

#include "native/base/clock.h"
#include "test/native/testing.h"

namespace fastserve::queue {
namespace {

constexpr int kNice = 18;
constexpr int kNicest = Precedence::kLastNiceness;

// A worker thread that has adopted `precedence` and runs `body`. Tests that run at the lowest priority themselves have nothing
// to show.
void InWorker(Precedence& precedence, const std::function<void(net::ThreadId)>& body, int niceness = kNice) {
  if (net::NicenessOf(net::CurrentThread()) >= kNice) return;
  std::thread([&] {
    precedence.Adopt(niceness);
    body(net::CurrentThread());
    precedence.Release();
  }).join();
}

bool InIdleClass(net::ThreadId thread) { return ::sched_getscheduler(thread) == SCHED_IDLE; }

void Burn(int64_t ms) {
  const clockid_t clock = net::CurrentCpuClock();
  const int64_t end = net::CpuMs(clock) + ms;
  while (net::CpuMs(clock) < end) {
  }
}

TEST("a worker that burns gets the niceness of its server") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    precedence.Yield(1000);
    CHECK(net::NicenessOf(self) == kNice);
    CHECK(precedence.yields());
  });
}

TEST("a worker that is nicer already is left alone") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    const int own = net::NicenessOf(self);
    precedence.Yield(1000);
    CHECK(net::NicenessOf(self) == own);
    CHECK(!precedence.yields());
  }, 0);
}

TEST("a thread that has let go of its slot is not touched") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    precedence.Release();
    precedence.Yield(1000);
    CHECK(net::NicenessOf(self) < kNice);
  });
}

TEST("a worker comes back when it has been calm, where the process may lower a niceness") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    const int own = net::NicenessOf(self);
    precedence.Yield(1000);
    precedence.Return(1000 + Precedence::kCalmMs - 1);
    CHECK(net::NicenessOf(self) == kNice);
    precedence.Return(1000 + Precedence::kCalmMs);
    const bool may = net::SetNiceness(self, own);
    CHECK(net::NicenessOf(self) == (may ? own : kNice));
    CHECK(!precedence.yields());
  });
}

TEST("at the last niceness a worker that burns goes to the idle class and comes back, where the process may leave that") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    const int own = net::NicenessOf(self);
    const bool may = net::MayLeaveIdleClass();
    precedence.Yield(1000);
    CHECK(InIdleClass(self) == may);
    CHECK(net::NicenessOf(self) == (may ? own : kNicest));
    precedence.Return(1000 + Precedence::kCalmMs);
    CHECK(!InIdleClass(self));
    CHECK(net::NicenessOf(self) == (may ? own : kNicest));
    CHECK(!precedence.yields());
  }, kNicest);
}

TEST("a worker that gets nothing of a core in the idle class leaves it for the niceness") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    const int own = net::NicenessOf(self);
    precedence.Yield(1000);
    const bool may = InIdleClass(self);
    precedence.Yield(1000 + Precedence::kStarvedMs - 1);
    CHECK(InIdleClass(self) == may);
    precedence.Yield(1000 + Precedence::kStarvedMs);
    CHECK(!InIdleClass(self));
    CHECK(net::NicenessOf(self) == kNicest);
    CHECK(!precedence.may_move());
    precedence.Return(1000 + Precedence::kStarvedMs + Precedence::kCalmMs);
    CHECK(net::NicenessOf(self) == (may ? own : kNicest));
  }, kNicest);
}

TEST("a worker that gets its part of a core in the idle class stays there") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId self) {
    precedence.Yield(1000);
    const bool may = InIdleClass(self);
    Burn(Precedence::kStarvedCpuMs + 1);
    precedence.Yield(1000 + Precedence::kStarvedMs);
    CHECK(InIdleClass(self) == may);
    CHECK(precedence.may_move() == may);
    if (may) net::LeaveIdleClass(self);
  }, kNicest);
}

TEST("a new worker in the same slot starts with its own niceness") {
  Precedence precedence;
  InWorker(precedence, [&](net::ThreadId) { precedence.Yield(1000); });
  InWorker(precedence, [&](net::ThreadId self) {
    CHECK(!precedence.yields());
    precedence.Yield(2000);
    CHECK(net::NicenessOf(self) == kNice);
  });
}

// What an I/O thread sees in 90 turns, a millisecond each, of a worker that does `work` in every one.
bool Burns(StandStill& stand_still, Precedence& precedence, bool parked, bool moves, const std::function<void()>& work) {
  bool burns = false;
  uint32_t taken = 1;
  for (int64_t now_ms = 1000; now_ms < 1090; ++now_ms) {
    burns |= stand_still.Observe(parked, taken, 0, now_ms, precedence);
    if (moves) ++taken;
    work();
  }
  return burns;
}

TEST("a worker burns when it uses CPU and takes nothing") {
  Precedence precedence;
  StandStill stand_still;
  InWorker(precedence, [&](net::ThreadId) { CHECK(Burns(stand_still, precedence, false, false, [] { Burn(1); })); });
}

TEST("a worker that takes requests does not burn") {
  Precedence precedence;
  StandStill stand_still;
  InWorker(precedence, [&](net::ThreadId) { CHECK(!Burns(stand_still, precedence, false, true, [] { Burn(1); })); });
}

TEST("a worker that sleeps does not burn") {
  Precedence precedence;
  StandStill stand_still;
  InWorker(precedence, [&](net::ThreadId) { CHECK(!Burns(stand_still, precedence, true, false, [] { Burn(1); })); });
}

TEST("a worker that waits for the core does not burn") {
  Precedence precedence;
  StandStill stand_still;
  InWorker(precedence, [&](net::ThreadId) { CHECK(!Burns(stand_still, precedence, false, false, [] {})); });
}

TEST("a worker that has been seen in one call for a while stands still, until it moves or sleeps") {
  constexpr int64_t kWhileMs = 100;
  Precedence precedence;
  StandStill stand_still;
  stand_still.Observe(false, 1, 0, 1000, precedence);
  CHECK(!stand_still.Lasts(false, 1, 0, kWhileMs));
  stand_still.Observe(false, 1, 0, 1000 + kWhileMs, precedence);
  CHECK(stand_still.Lasts(false, 1, 0, kWhileMs));
  CHECK(!stand_still.Lasts(false, 1, 0, kWhileMs + 1));
  CHECK(!stand_still.Lasts(true, 1, 0, kWhileMs));
  CHECK(!stand_still.Lasts(false, 2, 0, kWhileMs));
  CHECK(!stand_still.Lasts(false, 1, 1, kWhileMs));
}

TEST("a slot without a worker does not burn") {
  Precedence precedence;
  StandStill stand_still;
  CHECK(!Burns(stand_still, precedence, false, false, [] {}));
}

}  // namespace
}  // namespace fastserve::queue
