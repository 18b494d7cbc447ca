// What became of the attempts to code contents: results within a budget, the least recently used given up first. Not for
// several threads at once; VariantMaker locks around it.
//
// Invariants: V1 table and list hold the same entries; a table key refers to the name inside its list node.
//             V2 held_bytes() is the sum over the entries, and at most the limit apart from pending entries, which are as
//                many as jobs and cost kEntryBytes each.
//             V3 a variant is immutable and counted: giving it up takes nothing away from those who hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "native/http/fields/accept_encoding.h"

namespace fastserve::compress {

// A content in one coding.
struct Variant {
  std::string bytes;
  uint64_t hash = 0;  // of the bytes (base/hash.h), for entity-tags
};

// `source`: names one version of one content, by bytes that only its owner understands.
struct VariantKey {
  std::string_view source;
  http::Coding coding;
  bool operator==(const VariantKey&) const = default;
};

struct VariantKeyHash {
  size_t operator()(const VariantKey& key) const;
};

enum class VariantState : uint8_t {
  kAbsent,   // nothing is known, or it was given up
  kPending,  // somebody makes it
  kReady,
  kUseless,  // coding it saves nothing, or the result is too large to keep
};

class VariantStore {
 public:
  static constexpr size_t kEntryBytes = 256;  // what an entry costs besides its bytes, so that useless ones are bounded, too

  struct Found {
    VariantState state = VariantState::kAbsent;
    std::shared_ptr<const Variant> variant;  // kReady
  };

  explicit VariantStore(size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Counts as a use.
  Found Find(const VariantKey& key);
  // kAbsent becomes kPending.
  void AddPending(const VariantKey& key);
  // kPending becomes kReady, or kUseless without a variant or for one that the budget cannot hold.
  void Settle(const VariantKey& key, std::shared_ptr<const Variant> variant);
  // kPending becomes kAbsent.
  void Forget(const VariantKey& key);

  size_t held_bytes() const { return held_bytes_; }

 private:
  struct Entry {
    std::string source;
    http::Coding coding;
    VariantState state;
    std::shared_ptr<const Variant> variant;
    VariantKey key() const { return {source, coding}; }
    size_t cost_bytes() const { return kEntryBytes + (variant == nullptr ? 0 : variant->bytes.size()); }
  };
  using Entries = std::list<Entry>;

  void Remove(Entries::iterator entry);
  void Trim();

  const size_t limit_bytes_;
  Entries entries_;  // most recently used first
  std::unordered_map<VariantKey, Entries::iterator, VariantKeyHash> index_;
  size_t held_bytes_ = 0;
};

}  // namespace fastserve::compress
