#include "native/cache/hot_entries.h"

namespace fastserve::cache {

void HotEntries::Keep(const Asked& asked, uint64_t key_hash, const EntryRef& entry, const Lease& lease) {
  if (!lease.granted) return;
  const uint64_t hash = asked.Hash();
  HotEntry* at = &PlaceOf(hash);
  if (at->entry.get() != entry.get() || !IsFor(*at, asked)) {
    const size_t weight = entry->Weight() + asked.authority.size() + asked.target.size();
    if (weight > kMostEntryBytes) return;
    if (bytes_ - at->weight + weight > kMostBytes) Clear();
    bytes_ += weight - at->weight;
    at->weight = weight;
    at->entry = entry;
    at->lines.age_s = -1;
    at->asked_hash = hash;
    at->kind = asked.kind;
    at->authority_length = static_cast<uint32_t>(asked.authority.size());
    at->asked.assign(asked.authority).append(asked.target);
  }
  at->key_hash = key_hash;
  at->changes = lease.changes;
}

void HotEntries::Clear() {
  places_.fill({});
  bytes_ = 0;
}

}  // namespace fastserve::cache
