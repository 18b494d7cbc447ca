// Memory that the output queues of one I/O thread share. Owner's thread only.
#pragma once

#include <cstddef>
#include <vector>

namespace fastserve::net {

struct OutputState;

// Fixed-size blocks reused by all connections of one I/O thread.
class BlockPool {
 public:
  static constexpr size_t kBlockBytes = 16384;
  static constexpr size_t kKeptBlocks = 256;
  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();
  char* Take();          // kBlockBytes of uninitialised memory
  void Give(char* block);

 private:
  friend class OutputQueue;
  OutputState* TakeState();
  void GiveState(OutputState* state);

  std::vector<char*> free_;
  OutputState* spare_states_ = nullptr;  // a list, so that a queue that fills and empties every turn allocates nothing
  size_t spare_state_count_ = 0;
};

}  // namespace fastserve::net
