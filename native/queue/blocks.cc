#include "native/queue/blocks.h"

#include <cstdlib>
#include <cstring>

#include "native/base/check.h"

namespace fastserve::queue {

SpillPool::~SpillPool() {
  for (SpillBlock* block : free_) std::free(block);
}

SpillBlock* SpillPool::Take(size_t bytes) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (size_t i = free_.size(); i-- > 0;) {
      SpillBlock* block = free_[i];
      if (block->capacity < bytes || block->capacity > bytes * 4) continue;
      free_[i] = free_.back();
      free_.pop_back();
      free_bytes_ -= block->capacity;
      return block;
    }
  }
  const size_t capacity = (bytes + 4095) & ~size_t{4095};
  auto* block = static_cast<SpillBlock*>(std::malloc(sizeof(SpillBlock) + capacity));
  FASTSERVE_CHECK(block != nullptr, "out of memory for a response body");
  block->capacity = capacity;
  block->owner = this;
  return block;
}

void SpillPool::Give(SpillBlock* block) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (block->capacity <= kLargestKept && free_bytes_ + block->capacity <= kKeptBytes) {
      free_.push_back(block);
      free_bytes_ += block->capacity;
      return;
    }
  }
  std::free(block);
}

StaticBody* StaticBody::Create(const char* bytes, size_t size) {
  auto* body = new StaticBody;
  body->data_ = static_cast<char*>(std::malloc(size == 0 ? 1 : size));
  FASTSERVE_CHECK(body->data_ != nullptr, "out of memory for a static body");
  std::memcpy(body->data_, bytes, size);
  body->size_ = size;
  return body;
}

void StaticBody::Release() {
  // acq_rel: the last owner's free must come after every other owner's reads.
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::free(data_);
  delete this;
}

void ReleaseBody(const ResponseRecord& record) {
  switch (record.holder) {
    case BodyHolder::kInline: return;
    case BodyHolder::kSpill: {
      auto* block = static_cast<SpillBlock*>(record.pointer);
      return block->owner->Give(block);
    }
    case BodyHolder::kStatic: return static_cast<StaticBody*>(record.pointer)->Release();
  }
}

}  // namespace fastserve::queue
