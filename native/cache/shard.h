// One part of the store: keys with their stored responses, within a budget of bytes. Guarded by its store's lock.
//
// DESIGN: eviction is S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023). New keys enter a
// small queue of a tenth of the budget; those that were asked for again when they reach its end move on to the main queue,
// the others leave and are remembered by a fingerprint only, so that a scan over many keys passes through the small queue
// and costs the main one nothing. A remembered key that comes again goes to the main queue at once. A hit only counts, up
// to 3: no list is touched.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native/cache/entry.h"
#include "native/cache/waiter.h"

namespace fastserve::cache {

// What is known of one key.
struct Slot {
  std::string key;
  uint64_t hash = 0;
  std::vector<EntryRef> variants;   // by Vary, the newest last
  std::vector<Waiter> waiters;      // of requests that wait for the fill
  uint64_t fill = 0;                // the number of the fill under way, 0: none
  uint64_t void_before = 0;         // fills with a smaller order asked before the key was invalidated
  int64_t pass_until_ms = 0;        // requests do not wait for each other until then: the answer was not storable
  uint32_t uses = 0;                // misses, until min_uses
  uint8_t frequency = 0;
  bool in_main = false;
  size_t weight = 0;
  Slot* newer = nullptr;
  Slot* older = nullptr;
};

class Shard {
 public:
  explicit Shard(size_t budget_bytes);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // nullptr when the key is not known. Counts as a use.
  Slot* Find(std::string_view key, uint64_t hash);
  // The same, and does not count.
  Slot* Peek(std::string_view key, uint64_t hash);
  // The slot of a key, a new one where it is not known.
  Slot* Obtain(std::string_view key, uint64_t hash);
  // Call after a slot's variants have changed.
  void Reweigh(Slot* slot);
  void Remove(Slot* slot);
  // Removes slots until the budget is kept, and leaves what they stored to the caller, who frees it behind the lock. Call last: any
  // slot may be gone afterwards but those that are being filled.
  void Trim(std::vector<EntryRef>* dropped);

  // Whether another use of `slot` would change nothing.
  static bool IsUsedEnough(const Slot& slot) { return slot.frequency >= kMostFrequency; }
  // How often anything has changed by which a look-up may have another result, or a use may count again. Read without the lock.
  uint64_t changes() const { return changes_.load(std::memory_order_acquire); }  // with the release of NoteChange
  size_t bytes() const { return small_.bytes + main_.bytes; }
  uint64_t evictions() const { return evictions_; }
  size_t bucket_count() const { return slots_.bucket_count(); }
  // Calls each(Slot*) for what is in one bucket; `each` must not remove slots.
  template <typename Each>
  void VisitBucket(size_t bucket, Each&& each) {
    for (auto at = slots_.begin(bucket); at != slots_.end(bucket); ++at) each(at->second.get());
  }

 private:
  static constexpr uint8_t kMostFrequency = 3;
  struct Queue {
    Slot* newest = nullptr;
    Slot* oldest = nullptr;
    size_t bytes = 0;
  };
  struct Hasher {
    size_t operator()(uint64_t hash) const { return static_cast<size_t>(hash); }
  };

  Queue& QueueOf(const Slot* slot) { return slot->in_main ? main_ : small_; }
  void Push(Queue& queue, Slot* slot);
  void Unlink(Queue& queue, Slot* slot);
  bool EvictFromSmall(std::vector<EntryRef>* dropped);
  bool EvictFromMain(std::vector<EntryRef>* dropped);
  void Drop(Slot* slot, std::vector<EntryRef>* dropped);
  // release, with the acquire of changes(). One writer at a time: under the lock.
  void NoteChange() { changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  bool IsGhost(uint64_t hash) const { return ghosts_[GhostIndex(hash)] == static_cast<uint32_t>(hash); }
  void Remember(uint64_t hash) { ghosts_[GhostIndex(hash)] = static_cast<uint32_t>(hash); }
  size_t GhostIndex(uint64_t hash) const { return (hash >> 32) % ghosts_.size(); }

  // Keys whose hashes are equal are told apart by Find: the later one takes the place of the earlier, which with 64 bits and a
  // secret seed nobody can bring about.
  std::unordered_map<uint64_t, std::unique_ptr<Slot>, Hasher> slots_;
  Queue small_, main_;
  std::vector<uint32_t> ghosts_;
  const size_t budget_bytes_;
  uint64_t evictions_ = 0;
  std::atomic<uint64_t> changes_{0};
};

}  // namespace fastserve::cache
