// Remembers for a moment which names are no files, so that a mount in front of an application does not ask the file
// system about every dynamic path. One per FileCache, on its I/O thread.
//
// DESIGN: direct-mapped. A name has one slot and a newer name simply takes it over: peers choose these names, and in
// this table a flood of them costs other absent names a system call but never displaces a cached file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/files/cache/cache_key.h"
#include "native/files/opening/safe_open.h"

namespace fastserve::files {

class AbsenceTable {
 public:
  static constexpr size_t kSlots = 1024;
  static constexpr size_t kMaxNameLength = 256;  // longer names are not remembered: at most 256 KiB in all

  // Remembers `status` (anything but kOpened) for `key` until `expires_ms`; `hash` is the key's.
  void Store(const CacheKey& key, size_t hash, OpenStatus status, int64_t expires_ms);

  // What is remembered for `key`, or kOpened when nothing is.
  OpenStatus Find(const CacheKey& key, size_t hash, int64_t now_ms) const;

  void Clear();

 private:
  struct Slot {
    const Mount* mount = nullptr;
    std::string name;
    int64_t expires_ms = 0;
    OpenStatus status = OpenStatus::kNotFound;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
};

}  // namespace fastserve::files
