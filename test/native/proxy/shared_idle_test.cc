// Connections of any thread.
#include "native/proxy/shared_idle.h"

#include <fcntl.h>
#include <unistd.h>

#include <deque>
#include <utility>

#include "test/native/testing.h"

namespace fastserve::proxy {
namespace {

// An idle connection, and whether another thread has taken it.
struct Connection final : Lendable {
  IdleSocket Copy() override {
    IdleSocket copy;
    if (out_of_descriptors) return copy;
    taken = true;
    copy.fd.Reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return copy;
  }
  bool taken = false;
  bool out_of_descriptors = false;
};

constexpr int kThreads = 2;
const int kOwners[kThreads] = {};

// How many there are to a server; none is left.
int Drain(SharedIdle* idle, uint32_t server_id) {
  int count = 0;
  while (true) {
    IdleSocket copy;
    if (idle->Take(server_id, &kOwners[0], &copy) == nullptr && !copy.fd.valid()) return count;
    ++count;
  }
}

TEST("threads and what they share keep no more than keep_alive connections to one server") {
  for (const auto& [keep_alive, threads] : {std::pair{64u, 4u}, {10u, 4u}, {3u, 8u}, {1u, 2u}, {0u, 2u}}) {
    SharedIdle idle(keep_alive, threads);
    std::deque<Connection> connections(2 * keep_alive + 1);
    for (Connection& each : connections) idle.Lend(&each, &kOwners[0], 1, false);
    CHECK_EQ(static_cast<uint32_t>(Drain(&idle, 1)) + idle.most_of_thread() * threads, keep_alive);
  }
}

TEST("where no thread keeps connections to a server all of keep_alive is shared, for each server") {
  SharedIdle idle(4, kThreads);
  std::deque<Connection> connections(12);
  for (size_t i = 0; i < 12; ++i) CHECK_EQ(idle.Lend(&connections[i], &kOwners[i / 2 % kThreads], 1 + i % 2, true), i < 8);
  CHECK_EQ(Drain(&idle, 1), 4);
  CHECK_EQ(Drain(&idle, 2), 4);
}

TEST("a thread gets what it lent last, and another's only when it has lent nothing") {
  SharedIdle idle(8, kThreads);
  Connection own_old, own_new, other;
  idle.Lend(&own_old, &kOwners[0], 1, true);
  idle.Lend(&own_new, &kOwners[0], 1, true);
  idle.Lend(&other, &kOwners[1], 1, true);
  IdleSocket copy;
  CHECK(idle.Take(1, &kOwners[0], &copy) == &own_new);
  CHECK(idle.Take(1, &kOwners[0], &copy) == &own_old);
  CHECK(!copy.fd.valid());
  CHECK(!own_new.taken);
  CHECK(idle.Take(1, &kOwners[0], &copy) == nullptr);
  CHECK(copy.fd.valid());
  CHECK(other.taken);
  CHECK_EQ(Drain(&idle, 1), 0);
}

TEST("what is withdrawn is not given, and withdrawing what was taken harms nobody") {
  SharedIdle idle(8, kThreads);
  Connection ended, taken;
  idle.Lend(&ended, &kOwners[1], 1, true);
  idle.Withdraw(&ended, 1);
  CHECK_EQ(Drain(&idle, 1), 0);
  CHECK(!ended.taken);
  idle.Lend(&taken, &kOwners[1], 1, true);
  CHECK_EQ(Drain(&idle, 1), 1);
  idle.Withdraw(&taken, 1);
  CHECK(taken.taken);
}

TEST("without a descriptor for it another's connection stays where it is") {
  SharedIdle idle(8, kThreads);
  Connection other;
  other.out_of_descriptors = true;
  idle.Lend(&other, &kOwners[1], 1, true);
  IdleSocket copy;
  CHECK(idle.Take(1, &kOwners[0], &copy) == nullptr);
  CHECK(!copy.fd.valid());
  CHECK(idle.Take(1, &kOwners[1], &copy) == &other);
}

}  // namespace
}  // namespace fastserve::proxy
