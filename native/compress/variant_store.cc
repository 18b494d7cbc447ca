#include "native/compress/variant_store.h"

#include <utility>

#include "native/base/check.h"
#include "native/base/hash.h"

namespace fastserve::compress {

// Sources are named after files, not by peers: the seed needs no secret.
size_t VariantKeyHash::operator()(const VariantKey& key) const {
  return base::HashBytes(key.source, static_cast<uint64_t>(key.coding));
}

VariantStore::Found VariantStore::Find(const VariantKey& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return {};
  const Entries::iterator entry = found->second;
  entries_.splice(entries_.begin(), entries_, entry);
  return {entry->state, entry->variant};
}

void VariantStore::AddPending(const VariantKey& key) {
  FASTSERVE_CHECK(!index_.contains(key), "one job for each variant");
  entries_.push_front({std::string(key.source), key.coding, VariantState::kPending, nullptr});
  index_.emplace(entries_.front().key(), entries_.begin());
  held_bytes_ += entries_.front().cost_bytes();
}

void VariantStore::Settle(const VariantKey& key, std::shared_ptr<const Variant> variant) {
  const auto found = index_.find(key);
  FASTSERVE_CHECK(found != index_.end() && found->second->state == VariantState::kPending, "a job ends once");
  Entry& entry = *found->second;
  const bool fits = variant != nullptr && variant->bytes.size() + kEntryBytes <= limit_bytes_;
  entry.state = fits ? VariantState::kReady : VariantState::kUseless;
  held_bytes_ -= entry.cost_bytes();
  if (fits) entry.variant = std::move(variant);
  held_bytes_ += entry.cost_bytes();
  entries_.splice(entries_.begin(), entries_, found->second);
  Trim();
}

void VariantStore::Forget(const VariantKey& key) {
  const auto found = index_.find(key);
  FASTSERVE_CHECK(found != index_.end() && found->second->state == VariantState::kPending, "a job ends once");
  Remove(found->second);
}

void VariantStore::Remove(Entries::iterator entry) {
  held_bytes_ -= entry->cost_bytes();
  index_.erase(entry->key());  // before the name that the key refers to
  entries_.erase(entry);
}

// Pending entries stay: their jobs come back to them.
void VariantStore::Trim() {
  for (auto entry = entries_.end(); held_bytes_ > limit_bytes_ && entry != entries_.begin();) {
    --entry;
    if (entry->state == VariantState::kPending) continue;
    const auto victim = entry++;
    Remove(victim);
  }
}

}  // namespace fastserve::compress
