// Memory that carries response bodies which do not fit in a ring. Owned by the server core, so a dying worker cannot
// free it while the kernel still reads from it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "native/queue/layout.h"

namespace fastserve::queue {

class SpillPool;

// A body on its way from a worker to an I/O thread. `capacity` bytes follow the struct.
struct SpillBlock {
  size_t capacity;
  SpillPool* owner;
  char* data() { return reinterpret_cast<char*>(this + 1); }
};

// Reuses blocks, because a fresh large malloc costs a page fault per 4 KiB. Any thread.
class SpillPool {
 public:
  static constexpr size_t kKeptBytes = 32u << 20;
  static constexpr size_t kLargestKept = 4u << 20;
  ~SpillPool();
  SpillBlock* Take(size_t bytes);
  void Give(SpillBlock* block);
  // Bytes that wait to be taken again: at most kKeptBytes.
  size_t kept_bytes() {
    std::lock_guard<std::mutex> lock(mutex_);
    return free_bytes_;
  }

 private:
  std::mutex mutex_;
  std::vector<SpillBlock*> free_;
  size_t free_bytes_ = 0;
};

// Immutable bytes sent by many responses: one reference for the creator, one for each record and queued send. Any thread.
class StaticBody {
 public:
  static StaticBody* Create(const char* bytes, size_t size);
  void Retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Release();
  const char* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  StaticBody() = default;
  std::atomic<uint32_t> references_{1};
  char* data_ = nullptr;
  size_t size_ = 0;
};

// Gives back the body of a record that nobody will send: its spill block, or its reference to a static body. Any thread.
void ReleaseBody(const ResponseRecord& record);

}  // namespace fastserve::queue
