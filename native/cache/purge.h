// What a purge names, and the memory of recent ones: a response that was asked for before a purge and comes after it must
// not be stored. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "native/cache/entry.h"

namespace fastserve::cache {

struct Purge {
  enum class Kind : uint8_t { kUrl, kPrefix, kTag, kAll };
  Kind kind = Kind::kUrl;
  std::string host;  // of kUrl and kPrefix, in lower case; empty: any
  std::string text;  // target or its beginning, or the tag

  bool Names(const Entry& entry) const;
};

// "http://host/path?query", or "/path?query" for any host. False when it is neither.
bool ParsePurgeUrl(std::string_view url, Purge* purge);

class PurgeLog {
 public:
  // The number of purges so far.
  uint64_t seen() const { return count_.load(std::memory_order_acquire); }
  void Add(const Purge& purge);
  // Whether one of the purges since `seen` names the entry; true also when there were too many to remember.
  bool NamedSince(uint64_t seen, const Entry& entry);

 private:
  std::mutex mutex_;
  std::atomic<uint64_t> count_{0};
  std::array<Purge, 256> recent_;  // by number, modulo
};

}  // namespace fastserve::cache
