// The key under which both tables of the file cache know a name. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/base/hash.h"
#include "native/files/mount.h"

namespace fastserve::files {

// Refers to a mount and to bytes that live elsewhere.
struct CacheKey {
  const Mount* mount;
  std::string_view name;  // relative to the mount's root
  bool operator==(const CacheKey&) const = default;
};

// Hash of a key. Names come from peers, so the seed is random and secret.
// Deliberately not noexcept: libstdc++ then keeps each hash in its node and walks a chain without hashing names again.
class CacheKeyHash {
 public:
  explicit CacheKeyHash(uint64_t seed) : seed_(seed) {}
  size_t operator()(const CacheKey& key) const {
    return base::HashBytes(key.name, seed_ ^ reinterpret_cast<uintptr_t>(key.mount));
  }

 private:
  uint64_t seed_;
};

}  // namespace fastserve::files
