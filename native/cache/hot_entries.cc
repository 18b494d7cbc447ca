#include "native/cache/hot_entries.h"

namespace fastserve::cache {

void HotEntries::Keep(uint64_t hash, const EntryRef& entry, const Lease& lease) {
  if (!lease.granted) return;
  HotEntry* at = &PlaceOf(hash);
  if (at->entry.get() != entry.get()) {
    const size_t weight = entry->Weight();
    if (weight > kMostEntryBytes) return;
    if (bytes_ - at->weight + weight > kMostBytes) Clear();
    bytes_ += weight - at->weight;
    at->weight = weight;
    at->entry = entry;
    at->lines.age_s = -1;
  }
  at->hash = hash;
  at->changes = lease.changes;
}

void HotEntries::Clear() {
  places_.fill({});
  bytes_ = 0;
}

}  // namespace fastserve::cache
