#include "native/files/cache/absence_table.h"

namespace fastserve::files {

void AbsenceTable::Store(const CacheKey& key, size_t hash, OpenStatus status, int64_t expires_ms) {
  if (key.name.size() > kMaxNameLength) return;
  Slot& slot = slots_[hash % kSlots];
  slot.mount = key.mount;
  slot.name.assign(key.name);  // reuses the slot's memory: no allocation once the table is warm
  slot.expires_ms = expires_ms;
  slot.status = status;
}

OpenStatus AbsenceTable::Find(const CacheKey& key, size_t hash, int64_t now_ms) const {
  const Slot& slot = slots_[hash % kSlots];
  const bool known = slot.mount == key.mount && now_ms < slot.expires_ms && slot.name == key.name;
  return known ? slot.status : OpenStatus::kOpened;
}

void AbsenceTable::Clear() { slots_.assign(kSlots, Slot()); }

}  // namespace fastserve::files
