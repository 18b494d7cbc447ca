// The stored answers that one I/O thread gives most often, found without the store's lock, with their lines as they are sent within
// one second. The I/O thread's own.
//
// DESIGN: a table in which each key has one place. What the store gives with a lease (store.h) is kept there, and is used while
// nothing has changed in its part of the store: a purge, a new answer and an eviction end all leases of the part, so that nobody has to
// find out which answer they are about. What is kept here may have left the store: its size is bounded, and beyond the bound all is
// forgotten at once, which costs one question to the store for each.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/cache/store.h"

namespace fastserve::cache {

// Lines of an answer that is sent as it came, Age among them.
struct SentLines {
  std::string text;
  int64_t age_s = -1;  // that they tell; -1: there are none yet
};

struct HotEntry {
  uint64_t hash = 0;
  uint64_t changes = 0;
  size_t weight = 0;
  EntryRef entry;  // none: the place is empty
  SentLines lines;
};

class HotEntries {
 public:
  // What is kept under the key, while `changes` is what the store says of it; nullptr: ask the store. Valid until the next call.
  HotEntry* Find(std::string_view key, uint64_t hash, uint64_t changes) {
    HotEntry& at = PlaceOf(hash);
    if (!at.entry || at.hash != hash || at.changes != changes || at.entry->key != key) return nullptr;
    return &at;
  }

  // Keeps what Look gave for this hash, in the place of whatever was there. Nothing where the lease was not granted or the answer is large.
  void Keep(uint64_t hash, const EntryRef& entry, const Lease& lease);

  // The memory of what is kept, as the store counts it.
  size_t bytes() const { return bytes_; }
  static constexpr size_t kMostBytes = 2u << 20;  // of all
  static constexpr size_t kMostEntryBytes = 128u << 10;

 private:
  static constexpr size_t kPlaces = 64;
  HotEntry& PlaceOf(uint64_t hash) { return places_[hash % kPlaces]; }
  void Clear();

  std::array<HotEntry, kPlaces> places_;
  size_t bytes_ = 0;
};

}  // namespace fastserve::cache
