// Idle connections to the servers of one upstream that every I/O thread may take. Shared; any thread.
//
// DESIGN: what is idle stays with the thread that used it last, which goes on watching it: used there again it costs no system call. Up to a
// share of the upstream's `keep_alive` it is that thread's own, taken without a lock; the rest is lent: listed here, where its owner
// looks first, and any other thread when that has none. Where a server has a limit for its connections all are lent, so that no thread
// opens one while another's stands idle.
//
// Who takes another's gets a descriptor of its own for the same socket, and asks it whether it has ended, for what its owner has seen of it
// may be on its way. The owner finds its own descriptor of no use with the next event of the socket, or when its time is over.
//
// S1: private lists and this never hold more than `keep_alive` connections to one server.
// S2: what is listed is open: its owner takes it out before it closes it.
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
};

// What is lent: an idle connection of some thread.
class Lendable {
 public:
  // The socket for another thread. Called on any thread, under the list's lock, while it is listed.
  virtual IdleSocket Copy() = 0;

 protected:
  ~Lendable() = default;
};

class SharedIdle {
 public:
  // For an upstream that keeps `keep_alive` connections to one server, and that many threads.
  SharedIdle(uint32_t keep_alive, uint32_t threads);

  // Of one server, in the list of one thread.
  uint32_t most_of_thread() const { return most_of_thread_; }
  // Lists an idle connection of `owner`. False: there are enough. `all`: no thread keeps connections to its server for itself.
  bool Lend(Lendable* connection, const void* owner, uint32_t server_id, bool all);
  // The connection to that server that `owner` lent last, which is listed no more. Where it has none: null, and another's in *copy, if
  // somebody has one.
  Lendable* Take(uint32_t server_id, const void* owner, IdleSocket* copy);
  // Lists it no more. Harmless where somebody has taken it.
  void Withdraw(const Lendable* connection, uint32_t server_id);

 private:
  struct Loan {
    Lendable* connection;
    const void* owner;
  };
  // Of one server, the last one lent behind.
  struct Shelf {
    uint32_t server_id;
    std::vector<Loan> loans;
  };
  Shelf* Find(uint32_t server_id);
  Lendable* TakeOut(Shelf* shelf, size_t at);

  const uint32_t keep_alive_;
  const uint32_t most_of_thread_;
  const uint32_t most_here_;  // of one server beside the threads' own
  std::mutex mutex_;
  std::vector<Shelf> shelves_;   // under mutex_; an upstream has few servers: found by looking
  std::atomic<size_t> count_{0};  // of all loans: relaxed, who must see one has been told of it otherwise (Balancer)
};

}  // namespace fastserve::proxy
