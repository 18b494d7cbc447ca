// What a checker has said of a request (sub-request authentication), and the store that keeps it for a while. Any thread; one
// short lock.
//
// DESIGN: verdicts are kept by a keyed hash of what they were asked with, which holds cookies and passwords: no secret stays in
// memory, and nobody who does not know the key can make two questions meet. A full store forgets the oldest: that
// costs a question more, never a wrong answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "native/auth/keyed_hash.h"

namespace fastserve::auth {

struct AccessVerdict {
  uint16_t status = 0;   // 0: the request may pass; else the refusal's
  std::string fields;    // checked lines: of the refusal, or, passing, those that the request gets
  std::string user;      // who asks, as the checker knows them; empty: it did not say
  bool lasting = true;   // may be kept for others that ask the same
};

class VerdictStore {
 public:
  static constexpr size_t kMaxVerdicts = 65536;

  // A kept verdict that is not over; null: none. `now_ms`: monotonic.
  std::shared_ptr<const AccessVerdict> Find(std::string_view question, int64_t now_ms);
  void Keep(std::string_view question, std::shared_ptr<const AccessVerdict> verdict, int64_t until_ms);
  size_t size();

 private:
  struct Kept {
    std::shared_ptr<const AccessVerdict> verdict;
    int64_t until_ms = 0;
    uint64_t serial = 0;
  };
  void ForgetOldest();

  const KeyedHash hash_;
  std::mutex mutex_;  // guards the rest
  std::map<KeyedHash::Digest, Kept> kept_;
  std::deque<std::pair<uint64_t, KeyedHash::Digest>> order_;  // by age; an entry whose serial is another's now is void
  uint64_t serial_ = 0;
};

}  // namespace fastserve::auth
