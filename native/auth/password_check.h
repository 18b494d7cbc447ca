// Whether a user's password is right: hashed with scrypt on a thread of its own, verdicts kept for a while.
//
//   I/O threads                              helper thread (fs-auth)
//   Ask ── short lock ──► verdicts ◄──────── Run
//          jobs ────────► Run ─► scrypt (RFC 7914), some tens of milliseconds
//
// DESIGN: nobody waits: who asks first is told that the verdict is pending and asks again. Verdicts are kept by an HMAC of
// the credentials under a secret of this process, so that no password stays in memory behind its job. A wrong password
// costs as much as a right one, and so does a user that does not exist.
//
// Invariants: C1 each pending verdict has exactly one job, waiting or running.  C2 at most kMaxJobs of them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "native/auth/keyed_hash.h"

namespace fastserve::auth {

struct ScryptHash {
  uint64_t work = 0;         // N
  uint64_t block_size = 0;   // r
  uint64_t parallelism = 0;  // p
  std::string salt, hash;    // bytes
};

enum class Verdict : uint8_t {
  kPending,  // ask again
  kGood,
  kBad,
  kBusy,     // too many others wait
};

class PasswordCheck {
 public:
  static constexpr size_t kMaxJobs = 64;
  static constexpr size_t kMaxVerdicts = 4096;
  static constexpr int64_t kKeepGoodMs = 300'000;
  static constexpr int64_t kKeepBadMs = 10'000;

  // `users`: by name, at least one.
  explicit PasswordCheck(std::map<std::string, ScryptHash, std::less<>> users);
  PasswordCheck(const PasswordCheck&) = delete;
  PasswordCheck& operator=(const PasswordCheck&) = delete;
  ~PasswordCheck();  // waits for the hashing that runs

  // `credentials`: "user:password". `now_ms`: monotonic. Any thread.
  Verdict Ask(std::string_view credentials, int64_t now_ms);

 private:
  using Key = KeyedHash::Digest;
  struct Kept {
    Verdict verdict = Verdict::kPending;
    int64_t until_ms = 0;
  };
  struct Job {
    Key key;
    std::string credentials;
  };

  void Run();
  bool IsRight(std::string_view credentials) const;
  void MakeRoom(int64_t now_ms);

  const std::map<std::string, ScryptHash, std::less<>> users_;
  const KeyedHash key_of_;
  std::mutex mutex_;  // guards the next block
  std::condition_variable work_;
  std::map<Key, Kept> verdicts_;
  std::deque<Job> jobs_;
  size_t pending_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fastserve::auth
