// Requests that wait until a server of a group has room: which thread has the one that came first. Shared; any thread.
//
// DESIGN: an entry is a thread's, not a request's: the thread's balancer knows its own requests and their order.
//
// L1: who enters looks for room once more behind it, and who makes room looks at empty() behind that, both in sequential order: one of
//     the two sees the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

namespace fastserve::balance {

class Line {
 public:
  // A thread that waits.
  class Sleeper {
   public:
    // There may be room for one of its requests. Called on any thread, under the line's lock.
    virtual void Wake() = 0;

   protected:
    ~Sleeper() = default;
  };

  // One request more of this thread waits. `again`: it was called, found that somebody else had taken the room, and is the first still.
  // False: `most` do already.
  bool Enter(Sleeper* sleeper, uint32_t most, bool again);
  // One fewer; harmless when none is in line.
  void Leave(Sleeper* sleeper);
  // None of it waits any more. Behind it Wake is not called.
  void LeaveAll(Sleeper* sleeper);

  bool empty() const { return size_.load(std::memory_order_seq_cst) == 0; }
  // Takes out the first. True: it is the caller's own; another one has been woken.
  bool CallFirst(const Sleeper* own);

 private:
  std::mutex mutex_;
  std::deque<Sleeper*> sleepers_;  // under mutex_, in the order of their requests
  std::atomic<size_t> size_{0};    // of sleepers_
};

}  // namespace fastserve::balance
