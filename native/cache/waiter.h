// How a request that waits for another one's answer hears that it has come. Any thread.
#pragma once

#include <cstdint>

namespace fastserve::cache {

// One thread's ear. Lives as long as the store.
class WaitingRoom {
 public:
  virtual ~WaitingRoom() = default;
  // What `ticket` waited for has been stored, or will not be. Any thread, under no lock; must not block.
  virtual void Call(uint64_t ticket) = 0;
};

struct Waiter {
  WaitingRoom* room = nullptr;
  uint64_t ticket = 0;
};

}  // namespace fastserve::cache
