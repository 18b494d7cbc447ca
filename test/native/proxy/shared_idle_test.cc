// Connections that no thread has.
#include "native/proxy/shared_idle.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "test/native/testing.h"

namespace fastserve::proxy {
namespace {

IdleSocket SocketTo(uint32_t server_id, int64_t until_ms) {
  IdleSocket socket;
  socket.fd.Reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  socket.server_id = server_id;
  socket.until_ms = until_ms;
  return socket;
}

// How many there are to a server; none is left.
int Drain(SharedIdle* idle, uint32_t server_id) {
  int count = 0;
  while (idle->Take(server_id, 0).fd.valid()) ++count;
  return count;
}

TEST("threads and what they share keep no more than keep_alive connections to one server") {
  for (const auto& [keep_alive, threads] : {std::pair{64u, 4u}, {10u, 4u}, {3u, 8u}, {1u, 2u}, {0u, 2u}}) {
    SharedIdle idle(keep_alive, threads);
    for (uint32_t i = 0; i < 2 * keep_alive + 1; ++i) idle.Put(SocketTo(1, 0), false);
    CHECK_EQ(static_cast<uint32_t>(Drain(&idle, 1)) + idle.most_of_thread() * threads, keep_alive);
  }
}

TEST("where no thread keeps connections to a server all of keep_alive is shared, for each server") {
  SharedIdle idle(4, 2);
  for (int i = 0; i < 6; ++i) {
    idle.Put(SocketTo(1, 0), true);
    idle.Put(SocketTo(2, 0), true);
  }
  CHECK_EQ(Drain(&idle, 1), 4);
  CHECK_EQ(Drain(&idle, 2), 4);
}

TEST("what is past its time is not given, and closed when somebody looks") {
  SharedIdle idle(8, 1);
  idle.Put(SocketTo(1, 100), true);
  idle.Put(SocketTo(1, 300), true);
  IdleSocket closed = SocketTo(1, 200);
  const int descriptor = closed.fd.get();
  idle.Put(std::move(closed), true);
  CHECK_EQ(idle.Expire(250), 300);
  CHECK(::fcntl(descriptor, F_GETFD) < 0);
  CHECK(!idle.Take(1, 300).fd.valid());
  CHECK(idle.Take(1, 299).fd.valid());
  CHECK_EQ(idle.Expire(250), -1);
}

}  // namespace
}  // namespace fastserve::proxy
