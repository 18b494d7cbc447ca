// Idle connections to the servers of one upstream that every I/O thread may take. Shared; any thread.
//
// DESIGN: what is idle belongs to the thread that used it last, up to a share of the upstream's `keep_alive`: it is watched there, and
// taken without a lock. The rest is kept here, watched by nobody: whoever takes a socket asks it whether it has ended. Where a server has a
// limit for its connections none is a thread's own, so that no thread opens one while another's stands idle.
//
// S1: private lists and this never hold more than `keep_alive` connections to one server.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "native/base/unique_fd.h"
#include "native/tls/session.h"

namespace fastserve::proxy {

// A connection that no thread has. Its context (tls) outlives it.
struct IdleSocket {
  base::UniqueFd fd;  // none: there was no connection
  std::unique_ptr<tls::Session> tls;
  uint32_t server_id = 0;
  int64_t until_ms = 0;  // it is kept so long; 0: as long as its server likes
};

class SharedIdle {
 public:
  // For an upstream that keeps `keep_alive` connections to one server, and that many threads.
  SharedIdle(uint32_t keep_alive, uint32_t threads);

  // Of one server, in the list of one thread.
  uint32_t most_of_thread() const { return most_of_thread_; }
  // Keeps the socket, or closes it where there are enough. `all`: no thread keeps connections to its server.
  void Put(IdleSocket socket, bool all);
  // The one to that server that was put last, and is not past its time.
  IdleSocket Take(uint32_t server_id, int64_t now_ms);
  // Closes what is past its time. Returns when to look again; -1: nothing is left that has a time.
  int64_t Expire(int64_t now_ms);

 private:
  const uint32_t keep_alive_;
  const uint32_t most_of_thread_;
  const uint32_t most_here_;  // of one server beside the threads' own
  std::mutex mutex_;
  std::vector<IdleSocket> sockets_;  // under mutex_, the last one put behind
  std::atomic<size_t> size_{0};      // of sockets_: relaxed, a look that comes too early only opens another connection
};

}  // namespace fastserve::proxy
