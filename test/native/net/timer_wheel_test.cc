// TimerWheel against its contract, and against a model that keeps the deadlines in a map.
#include "native/net/timer_wheel.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "test/native/testing.h"

using fastserve::net::Timer;
using fastserve::net::TimerWheel;

namespace {

constexpr int64_t kStart = 1000003;  // not on a tick
constexpr int64_t kRevolution = TimerWheel::kTickMs * TimerWheel::kSlots;

int CountFired(TimerWheel& wheel, int64_t now_ms) {
  int fired = 0;
  wheel.Advance(now_ms, [&](Timer*) { ++fired; });
  return fired;
}

// The first millisecond at which the wheel fires its only timer, walking from `now_ms`.
int64_t WalkUntilFired(TimerWheel& wheel, int64_t now_ms) {
  while (CountFired(wheel, now_ms) == 0) ++now_ms;
  return now_ms;
}

}  // namespace

TEST("a timer fires at or after its deadline and less than a tick late, at every phase of a tick") {
  for (int64_t phase = 0; phase < TimerWheel::kTickMs; ++phase) {
    for (const int64_t delay : {int64_t{1}, int64_t{15}, int64_t{16}, int64_t{17}, int64_t{500}}) {
      TimerWheel wheel(kStart + phase);
      Timer timer;
      const int64_t deadline = kStart + phase + delay;
      wheel.Arm(&timer, deadline);
      const int64_t fired = WalkUntilFired(wheel, kStart + phase);
      CHECK(fired >= deadline);
      CHECK(fired < deadline + TimerWheel::kTickMs);
      CHECK(!timer.armed());
    }
  }
}

TEST("a deadline in the past fires in the next Advance, even at the same instant") {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.Arm(&timer, kStart - 1);
  CHECK_EQ(wheel.NextDelayMs(kStart), 0);
  CHECK_EQ(CountFired(wheel, kStart), 1);
  CHECK_EQ(CountFired(wheel, kStart), 0);
}

TEST("a timer of several revolutions is not fired by the earlier ones") {
  TimerWheel wheel(kStart);
  Timer timer;
  const int64_t deadline = kStart + 3 * kRevolution + 77;
  wheel.Arm(&timer, deadline);
  int64_t now = kStart;
  for (; now < deadline; now += 100) CHECK_EQ(CountFired(wheel, now), 0);
  CHECK_EQ(CountFired(wheel, deadline + TimerWheel::kTickMs), 1);
}

TEST("a jump of many revolutions fires everything that is due and nothing else") {
  TimerWheel wheel(kStart);
  std::vector<Timer> timers(5000);
  for (size_t i = 0; i < timers.size(); ++i) wheel.Arm(&timers[i], kStart + static_cast<int64_t>(i) * 100);
  CHECK_EQ(CountFired(wheel, kStart + 250000 + TimerWheel::kTickMs), 2501);
  CHECK_EQ(wheel.armed_count(), 2499u);
  CHECK_EQ(CountFired(wheel, kStart + 1000 * kRevolution), 2499);
}

TEST("re-arming moves a timer, earlier and later") {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.Arm(&timer, kStart + 1000);
  wheel.Arm(&timer, kStart + 5000);
  CHECK_EQ(wheel.armed_count(), 1u);
  CHECK_EQ(CountFired(wheel, kStart + 2000), 0);
  wheel.Arm(&timer, kStart + 2100);
  CHECK_EQ(CountFired(wheel, kStart + 2200), 1);
  CHECK_EQ(CountFired(wheel, kStart + 6000), 0);
}

TEST("cancelling is harmless when not armed and final when armed") {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.Cancel(&timer);
  wheel.Arm(&timer, kStart + 100);
  wheel.Cancel(&timer);
  wheel.Cancel(&timer);
  CHECK_EQ(wheel.armed_count(), 0u);
  CHECK_EQ(CountFired(wheel, kStart + 1000), 0);
}

TEST("a callback that re-arms for now fires once in each Advance") {
  TimerWheel wheel(kStart);
  Timer timer;
  int fired = 0;
  const auto again = [&](Timer* due) {
    ++fired;
    wheel.Arm(due, kStart);
  };
  wheel.Arm(&timer, kStart);
  wheel.Advance(kStart, again);
  CHECK_EQ(fired, 1);
  CHECK_EQ(wheel.NextDelayMs(kStart), 0);
  wheel.Advance(kStart, again);
  CHECK_EQ(fired, 2);
}

TEST("a callback may cancel a timer that is due in the same Advance") {
  TimerWheel wheel(kStart);
  Timer timers[2];
  for (Timer& timer : timers) wheel.Arm(&timer, kStart + 50);
  int fired = 0;
  wheel.Advance(kStart + 100, [&](Timer* due) {
    ++fired;
    wheel.Cancel(due == &timers[0] ? &timers[1] : &timers[0]);
  });
  CHECK_EQ(fired, 1);
  CHECK_EQ(wheel.armed_count(), 0u);
  CHECK_EQ(wheel.NextDelayMs(kStart + 100), -1);
}

TEST("a callback may postpone a timer that is due in the same Advance") {
  TimerWheel wheel(kStart);
  Timer timers[2];
  for (Timer& timer : timers) wheel.Arm(&timer, kStart + 50);
  const int64_t later = kStart + 10000;
  int fired = 0;
  wheel.Advance(kStart + 100, [&](Timer* due) {
    ++fired;
    wheel.Arm(due == &timers[0] ? &timers[1] : &timers[0], later);
  });
  CHECK_EQ(fired, 1);
  CHECK_EQ(CountFired(wheel, later + TimerWheel::kTickMs), 1);
}

TEST("a callback may free the timer that fired") {
  TimerWheel wheel(kStart);
  std::vector<std::unique_ptr<Timer>> timers(100);
  for (auto& timer : timers) {
    timer = std::make_unique<Timer>();
    timer->owner = &timer;
    wheel.Arm(timer.get(), kStart + 50);
  }
  wheel.Advance(kStart + 100, [](Timer* due) { static_cast<std::unique_ptr<Timer>*>(due->owner)->reset(); });
  for (const auto& timer : timers) CHECK(!timer);
}

TEST("the next delay is -1 without timers and never longer than a revolution with one") {
  TimerWheel wheel(kStart);
  CHECK_EQ(wheel.NextDelayMs(kStart), -1);
  Timer timer;
  wheel.Arm(&timer, kStart + 10 * kRevolution);
  CHECK(wheel.NextDelayMs(kStart) >= 0);
  CHECK(wheel.NextDelayMs(kStart) <= kRevolution);
  wheel.Cancel(&timer);
  CHECK_EQ(wheel.NextDelayMs(kStart), -1);
}

TEST("cancelled timers do not shorten the next delay") {
  TimerWheel wheel(kStart);
  Timer soon;
  Timer later;
  wheel.Arm(&soon, kStart + 100);
  wheel.Arm(&later, kStart + 5000);
  CHECK(wheel.NextDelayMs(kStart) < 100 + TimerWheel::kTickMs);
  wheel.Cancel(&soon);
  CHECK(wheel.NextDelayMs(kStart) >= 5000);
}

TEST("waiting for the next delay is enough to fire a timer, in one wait within a revolution") {
  for (int64_t delay = 1; delay < kRevolution; delay += 37) {
    TimerWheel wheel(kStart);
    Timer timer;
    wheel.Arm(&timer, kStart + delay);
    const int64_t wait = wheel.NextDelayMs(kStart);
    CHECK(wait >= delay);
    CHECK(wait < delay + TimerWheel::kTickMs);
    CHECK_EQ(CountFired(wheel, kStart + wait), 1);
  }
}

TEST("random arming, cancelling, advancing and jumping agrees with a map of deadlines") {
  std::mt19937_64 random(7);
  const auto below = [&](uint64_t n) { return static_cast<int64_t>(random() % n); };
  TimerWheel wheel(kStart);
  std::vector<Timer> timers(200);
  std::map<Timer*, int64_t> armed;
  int64_t now = kStart;
  for (int step = 0; step < 60000; ++step) {
    Timer* const timer = &timers[below(timers.size())];
    const int64_t choice = below(10);
    if (choice < 5) {
      armed[timer] = now - 100 + below(choice == 0 ? 5 * kRevolution : 3000);
      wheel.Arm(timer, armed[timer]);
    } else if (choice < 6) {
      armed.erase(timer);
      wheel.Cancel(timer);
    } else {
      now += below(500) == 0 ? below(3 * kRevolution) : below(40);
      wheel.Advance(now, [&](Timer* fired) {
        REQUIRE(armed.contains(fired));
        CHECK(armed[fired] <= now);
        armed.erase(fired);
        if (below(8) == 0) wheel.Arm(fired, armed[fired] = now + below(200));
      });
      for (const auto& [waiting, deadline] : armed) CHECK(deadline + TimerWheel::kTickMs > now);
    }
    CHECK_EQ(wheel.armed_count(), armed.size());
    const int64_t delay = wheel.NextDelayMs(now);
    CHECK_EQ(delay == -1, armed.empty());
    for (const auto& [waiting, deadline] : armed) CHECK(delay < std::max<int64_t>(0, deadline - now) + TimerWheel::kTickMs);
  }
}
