// The stored answers that one I/O thread gives most often, found without the store's lock, with their lines as they are sent within
// one second. The I/O thread's own.
//
// DESIGN: a table in which each way of asking has one place: what a client wrote is found there without the text of its key, and
// what several spellings lead to is kept once for each. What the store gives with a lease (store.h) is kept, and is used while
// nothing has changed in its part of the store: a purge, a new answer and an eviction end all leases of the part, so that nobody has to
// find out which answer they are about. What is kept here may have left the store: its size is bounded, and beyond the bound all is
// forgotten at once, which costs one question to the store for each.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/hash.h"
#include "native/cache/store.h"

namespace fastserve::cache {

// Lines of an answer that is sent as it came, Age among them.
struct SentLines {
  std::string text;
  int64_t age_s = -1;  // that they tell; -1: there are none yet
};

// What was asked for, in views. Equal ones have the same key.
struct Asked {
  enum class Kind : uint8_t { kHttp, kHttps, kKey };
  Kind kind = Kind::kHttp;
  std::string_view authority;  // as it came; kKey: the key itself
  std::string_view target;     // path and query as they came; kKey: nothing

  uint64_t Hash() const { return base::HashBytes(target, base::HashBytes(authority, static_cast<uint64_t>(kind))); }
};

struct HotEntry {
  uint64_t asked_hash = 0;
  uint64_t key_hash = 0;  // the store's
  uint64_t changes = 0;
  Asked::Kind kind = Asked::Kind::kHttp;
  uint32_t authority_length = 0;
  std::string asked;      // authority and target
  size_t weight = 0;
  EntryRef entry;  // none: the place is empty
  SentLines lines;
};

class HotEntries {
 public:
  // What is kept for the question, while nothing has changed for it in `store`; nullptr: ask that. Valid until the next call.
  HotEntry* Find(const Asked& asked, const Store& store) {
    const uint64_t hash = asked.Hash();
    HotEntry& at = PlaceOf(hash);
    if (!at.entry || at.asked_hash != hash || !IsFor(at, asked) || at.changes != store.ChangesOf(at.key_hash)) return nullptr;
    return &at;
  }

  // Keeps what Look gave for the key of the question, in the place of whatever was there. Nothing where the lease was not granted or the
  // answer is large.
  void Keep(const Asked& asked, uint64_t key_hash, const EntryRef& entry, const Lease& lease);

  // The memory of what is kept, as the store counts it.
  size_t bytes() const { return bytes_; }
  static constexpr size_t kMostBytes = 2u << 20;  // of all
  static constexpr size_t kMostEntryBytes = 128u << 10;

 private:
  static constexpr size_t kPlaces = 64;
  HotEntry& PlaceOf(uint64_t hash) { return places_[hash % kPlaces]; }
  static bool IsFor(const HotEntry& at, const Asked& asked) {
    const std::string_view known = at.asked;
    return at.kind == asked.kind && at.authority_length == asked.authority.size() &&
           known.size() == asked.authority.size() + asked.target.size() &&
           known.substr(at.authority_length) == asked.target && known.substr(0, at.authority_length) == asked.authority;
  }
  void Clear();

  std::array<HotEntry, kPlaces> places_;
  size_t bytes_ = 0;
};

}  // namespace fastserve::cache
