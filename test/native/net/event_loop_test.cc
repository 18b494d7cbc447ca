// EventLoop on socket pairs: what is delivered, when, and what Remove takes back.
#include "native/net/event_loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "native/net/wakeup.h"
#include "test/native/testing.h"

using fastserve::base::UniqueFd;
using fastserve::net::EventLoop;
using fastserve::net::EventSource;
using fastserve::net::Readiness;
using fastserve::net::Wakeup;

namespace {

struct Pair {
  Pair() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    near.Reset(fds[0]);
    far.Reset(fds[1]);
  }
  UniqueFd near, far;
};

struct Recorder final : EventSource {
  void OnReady(Readiness readiness) override {
    seen.push_back(readiness);
    if (then) then();
  }
  std::vector<Readiness> seen;
  std::function<void()> then;
};

void WriteByte(const UniqueFd& fd) { REQUIRE(::write(fd.get(), "x", 1) == 1); }

}  // namespace

TEST("an edge-triggered source hears of each arrival once, unread or not") {
  EventLoop loop;
  Pair pair;
  Recorder source;
  REQUIRE(loop.Add(pair.near.get(), &source));
  CHECK_EQ(loop.Poll(0), 1);
  REQUIRE(source.seen.size() == 1);
  CHECK(source.seen[0].writable);
  CHECK(!source.seen[0].readable);
  WriteByte(pair.far);
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(source.seen[1].readable);
  CHECK_EQ(loop.Poll(0), 0);
  WriteByte(pair.far);
  CHECK_EQ(loop.Poll(0), 1);
}

TEST("a source added for reading hears of writing from when it asks, and at once when it can") {
  EventLoop loop;
  Pair pair;
  Recorder source;
  REQUIRE(loop.AddReading(pair.near.get(), &source));
  CHECK_EQ(loop.Poll(0), 0);
  WriteByte(pair.far);
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(source.seen[0].readable);
  CHECK(!source.seen[0].writable);
  REQUIRE(loop.WatchWriting(pair.near.get(), &source));
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(source.seen[1].writable);
  CHECK_EQ(loop.Poll(0), 0);
}

TEST("a level-triggered source hears of the same arrival until it is read") {
  EventLoop loop;
  Wakeup wakeup;
  Recorder source;
  REQUIRE(loop.Add(wakeup.fd(), &source, false));
  CHECK_EQ(loop.Poll(0), 0);
  wakeup.Ring();
  CHECK_EQ(loop.Poll(0), 1);
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(!source.seen[0].writable);
  wakeup.Drain();
  CHECK_EQ(loop.Poll(0), 0);
}

TEST("a disabled level-triggered source is silent and hears of what waited when it is enabled") {
  EventLoop loop;
  Wakeup wakeup;
  Recorder source;
  REQUIRE(loop.Add(wakeup.fd(), &source, false));
  REQUIRE(loop.SetEnabled(wakeup.fd(), &source, false));
  wakeup.Ring();
  CHECK_EQ(loop.Poll(0), 0);
  REQUIRE(loop.SetEnabled(wakeup.fd(), &source, true));
  CHECK_EQ(loop.Poll(0), 1);
}

TEST("a source disabled by another one earlier in the turn is not called in that turn") {
  EventLoop loop;
  Wakeup wakeups[2];
  Recorder sources[2];
  for (int i = 0; i < 2; ++i) {
    sources[i].then = [&, i] { loop.SetEnabled(wakeups[1 - i].fd(), &sources[1 - i], false); };
    REQUIRE(loop.Add(wakeups[i].fd(), &sources[i], false));
    wakeups[i].Ring();
  }
  CHECK_EQ(loop.Poll(0), 1);
}

TEST("a half-closed peer is readable and peer_closed but no hangup") {
  EventLoop loop;
  Pair pair;
  Recorder source;
  REQUIRE(::shutdown(pair.far.get(), SHUT_WR) == 0);
  REQUIRE(loop.Add(pair.near.get(), &source));
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(source.seen[0].readable);
  CHECK(source.seen[0].peer_closed);
  CHECK(!source.seen[0].hangup);
}

TEST("a closed peer is a hangup, readable and writable, so that the next call reports it") {
  EventLoop loop;
  Pair pair;
  Recorder source;
  pair.far.Reset();
  REQUIRE(loop.Add(pair.near.get(), &source));
  CHECK_EQ(loop.Poll(0), 1);
  CHECK(source.seen[0].hangup);
  CHECK(source.seen[0].readable);
  CHECK(source.seen[0].writable);
}

TEST("events of a source that was removed earlier in the turn are dropped") {
  EventLoop loop;
  Pair pairs[2];
  Recorder sources[2];
  for (int i = 0; i < 2; ++i) {
    sources[i].then = [&, i] { loop.Remove(pairs[1 - i].near.get(), &sources[1 - i]); };
    REQUIRE(loop.Add(pairs[i].near.get(), &sources[i]));
  }
  CHECK_EQ(loop.Poll(0), 1);
  CHECK_EQ(sources[0].seen.size() + sources[1].seen.size(), 1u);
}

TEST("a descriptor number reused within the turn does not bring the new source the old one's events") {
  EventLoop loop;
  Pair pairs[2];
  Pair fresh;
  Recorder sources[2];
  Recorder replacement;
  for (int i = 0; i < 2; ++i) {
    sources[i].then = [&, i] {
      UniqueFd& other = pairs[1 - i].near;
      const int number = other.get();
      loop.Remove(number, &sources[1 - i]);
      // Closes the old socket and puts an unready one at its number in one step.
      REQUIRE(::dup2(fresh.near.get(), number) == number);
      REQUIRE(loop.Add(number, &replacement, false));
    };
    REQUIRE(loop.Add(pairs[i].near.get(), &sources[i]));
  }
  CHECK_EQ(loop.Poll(0), 1);
  CHECK_EQ(replacement.seen.size(), 0u);
  CHECK_EQ(loop.Poll(0), 0);
  WriteByte(fresh.far);
  CHECK_EQ(loop.Poll(0), 1);
  CHECK_EQ(replacement.seen.size(), 1u);
}

TEST("a source may remove itself and die while it is called") {
  EventLoop loop;
  Pair pair;
  auto source = std::make_unique<Recorder>();
  int calls = 0;
  source->then = [&] {
    ++calls;
    loop.Remove(pair.near.get(), source.get());
  };
  REQUIRE(loop.Add(pair.near.get(), source.get()));
  CHECK_EQ(loop.Poll(0), 1);
  source.reset();
  WriteByte(pair.far);
  CHECK_EQ(loop.Poll(0), 0);
  CHECK_EQ(calls, 1);
}

TEST("more ready descriptors than one turn takes are all delivered in the next turns") {
  constexpr int kPairs = 300;
  EventLoop loop;
  std::vector<Pair> pairs(kPairs);
  std::vector<Recorder> sources(kPairs);
  for (int i = 0; i < kPairs; ++i) REQUIRE(loop.Add(pairs[i].near.get(), &sources[i]));
  CHECK_EQ(loop.Poll(0) + loop.Poll(0), kPairs);
  for (const Recorder& source : sources) CHECK_EQ(source.seen.size(), 1u);
}

TEST("a signal ends the wait early and delivers nothing") {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  struct sigaction old {};
  REQUIRE(::sigaction(SIGALRM, &action, &old) == 0);
  // Repeated, so that one that comes before the wait does not leave it without.
  itimerval every_ms{{0, 1000}, {0, 1000}};
  REQUIRE(::setitimer(ITIMER_REAL, &every_ms, nullptr) == 0);
  EventLoop loop;
  CHECK_EQ(loop.Poll(60000), 0);
  itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  ::sigaction(SIGALRM, &old, nullptr);
}

TEST("Add says why the kernel refused") {
  EventLoop loop;
  Recorder source;
  CHECK(!loop.Add(-1, &source));
  CHECK_EQ(errno, EBADF);
}
