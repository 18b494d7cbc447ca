// Wakeup between threads.
#include "native/net/wakeup.h"

#include <poll.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

#include "test/native/testing.h"

using fastserve::net::Wakeup;

namespace {

bool Rings(const Wakeup& wakeup, int timeout_ms) {
  pollfd watched{wakeup.fd(), POLLIN, 0};
  return ::poll(&watched, 1, timeout_ms) == 1;
}

}  // namespace

TEST("any number of rings before a drain are one") {
  Wakeup wakeup;
  CHECK(!Rings(wakeup, 0));
  wakeup.Ring();
  wakeup.Ring();
  CHECK(Rings(wakeup, 0));
  wakeup.Drain();
  CHECK(!Rings(wakeup, 0));
}

TEST("draining without a ring does not block") {
  Wakeup wakeup;
  wakeup.Drain();
  CHECK(!Rings(wakeup, 0));
}

TEST("ringing a saturated counter neither blocks nor loses the ring") {
  Wakeup wakeup;
  const uint64_t most = UINT64_MAX - 1;
  REQUIRE(::write(wakeup.fd(), &most, sizeof most) == sizeof most);
  wakeup.Ring();
  CHECK(Rings(wakeup, 0));
  wakeup.Drain();
  wakeup.Ring();
  CHECK(Rings(wakeup, 0));
}

TEST("a ring of another thread ends a wait") {
  Wakeup wakeup;
  std::thread other([&] { wakeup.Ring(); });
  CHECK(Rings(wakeup, 30000));
  other.join();
}
