// Single-producer, single-consumer ring of variable-length records over memory that somebody else owns.
//
// DESIGN: shared positions are free-running 32-bit counters (index = position & mask, fill = tail - head: Q1). A record is
// 8-byte aligned and never wraps: when it does not fit before the end, a skip marker fills the rest and it starts at index
// 0. The producer writes records at its private tail and publishes them together; the consumer releases a batch at once.
// The producer counts in 64 bits, so that what it remembers about a record stays true when 2^32 bytes have gone by.
// Publishing and parking form a Dekker pair, so do releasing and asking for room: all four are seq_cst (see parking.h).
// A consumer believes nothing that it reads: a ring whose lengths make no sense is broken, and gives no more records (Q13).
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

#include "native/queue/layout.h"

namespace fastserve::queue {

// The two shared positions, each on a cache line of its own: they are written by different threads.
struct RingPositions {
  alignas(64) std::atomic<uint32_t> tail{0};  // producer stores, consumer loads
  alignas(64) std::atomic<uint32_t> head{0};  // consumer stores, producer loads
};

// The producer's end. One thread.
class RingProducer {
 public:
  RingProducer(uint8_t* memory, uint32_t bytes, RingPositions* positions)
      : memory_(memory), mask_(bytes - 1), positions_(positions) {}

  // Room for `bytes` (a multiple of kAlignment, at most half of the ring), or nullptr when the ring is full (Q4).
  // Writes the skip marker where one is needed. Nothing is visible to the consumer before Publish.
  uint8_t* Reserve(uint32_t bytes) {
    const uint32_t size = mask_ + 1;
    const uint32_t index = static_cast<uint32_t>(tail_) & mask_;
    const uint32_t to_end = size - index;
    const uint32_t skip = bytes > to_end ? to_end : 0;
    if (!HasRoom(skip + bytes)) return nullptr;
    if (skip != 0) {
      const uint32_t marker = kSkipMarker | skip;
      std::memcpy(memory_ + index, &marker, sizeof marker);
      tail_ += skip;
    }
    return memory_ + (tail_ & mask_);
  }

  // Position of the record that the last Reserve made room for. Never wraps in practice: 2^64 bytes.
  uint64_t position() const { return tail_; }
  // The newest position whose low 32 bits are `low`: that of a head or of the consumer's own mark.
  uint64_t Widen(uint32_t low) const { return tail_ - (static_cast<uint32_t>(tail_) - low); }
  // False once the memory of the record at `position` may have been written again.
  bool Keeps(uint64_t position) const { return tail_ - position <= mask_ + uint64_t{1}; }

  void Commit(uint32_t bytes) { tail_ += bytes; }

  // True when records wait to be published.
  bool dirty() const { return tail_ != published_; }

  // Makes everything committed visible. seq_cst: pairs with the consumer's parked store and tail load (Q5).
  void Publish() {
    published_ = tail_;
    positions_->tail.store(static_cast<uint32_t>(tail_), std::memory_order_seq_cst);
  }

  // Both sides must be idle: starts over with an empty ring.
  void Reset() {
    tail_ = published_ = 0;
    cached_head_ = 0;
    positions_->tail.store(0, std::memory_order_relaxed);
    positions_->head.store(0, std::memory_order_release);
  }

  uint8_t* at(uint64_t position) { return memory_ + (position & mask_); }
  // Bytes between that place and the end of the memory.
  uint32_t bytes_from(uint64_t position) const { return mask_ + 1 - static_cast<uint32_t>(position & mask_); }

 private:
  bool HasRoom(uint32_t needed) {
    const uint32_t size = mask_ + 1;
    const auto tail = static_cast<uint32_t>(tail_);
    if (size - (tail - cached_head_) >= needed) return true;
    // seq_cst: pairs with RingConsumer::Release, also for a producer that has just asked for room (Q9).
    cached_head_ = positions_->head.load(std::memory_order_seq_cst);
    return size - (tail - cached_head_) >= needed;
  }

  uint8_t* memory_;
  uint32_t mask_;
  RingPositions* positions_;
  uint64_t tail_ = 0;
  uint64_t published_ = 0;
  uint32_t cached_head_ = 0;
};

// The consumer's end. One thread.
class RingConsumer {
 public:
  RingConsumer(const uint8_t* memory, uint32_t bytes, RingPositions* positions)
      : memory_(memory), mask_(bytes - 1), positions_(positions) {}

  // Where the producer has published to. acquire (or stronger): pairs with Publish.
  uint32_t LoadTail(std::memory_order order = std::memory_order_acquire) const {
    return positions_->tail.load(order);
  }
  uint32_t head() const { return head_; }
  bool Empty(std::memory_order order = std::memory_order_acquire) const { return LoadTail(order) == head_; }

  // The next record before `tail`, skip markers passed over, or nullptr: there is none, or the ring is broken. Advances the
  // private head past it; the memory stays valid until Release.
  const uint8_t* Next(uint32_t tail) {
    while (head_ != tail && !broken_) {
      const uint8_t* record = memory_ + (head_ & mask_);
      const uint32_t left = tail - head_;
      const uint32_t to_end = mask_ + 1 - (head_ & mask_);
      uint32_t length;
      std::memcpy(&length, record, sizeof length);
      if (length & kSkipMarker) {
        length &= ~kSkipMarker;
        broken_ = length != to_end || length > left;
        if (!broken_) head_ += length;
        continue;
      }
      broken_ = length < kLeastRecordBytes || length % kAlignment != 0 || length > left || length > to_end;
      if (broken_) break;
      head_ += length;
      return record;
    }
    return nullptr;
  }

  bool broken() const { return broken_; }
  // Of a record that is not what its producer wrote: as if its length made no sense.
  void Break() { broken_ = true; }

  // For a consumer that walks the records itself (JavaScript), and to start over.
  void SetHead(uint32_t head) {
    head_ = head;
    broken_ = false;
  }

  // Gives everything before head() back to the producer. seq_cst: a Dekker pair with a producer that asks for room (Q9).
  void Release() { positions_->head.store(head_, std::memory_order_seq_cst); }

 private:
  static constexpr uint32_t kLeastRecordBytes = 16;

  const uint8_t* memory_;
  uint32_t mask_;
  RingPositions* positions_;
  uint32_t head_ = 0;
  bool broken_ = false;
};

}  // namespace fastserve::queue
