// Requests that end workers. A request that was inside two workers when they died is refused for a while, without a worker.
//
// DESIGN: who ended a worker is known for certain only when it was alone in it. So deaths are counted as strikes: two for a
// request that was alone, one for each of several; four are enough. An answer takes all strikes back: what is answered
// between two deaths has not caused them, however often it is asked for. What counts as the same request is its method,
// host, target and content (of up to 16 KiB), as a hash with a secret seed, so that nobody can have another's request
// refused. Shared by all I/O threads, under a lock that is taken only while something is suspected.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace fastserve::server {

class Quarantine {
 public:
  static constexpr uint32_t kStrikesAlone = 2;
  static constexpr uint32_t kStrikesInCompany = 1;
  static constexpr uint32_t kStrikesRefused = 4;
  // Suspects that are remembered; beyond, the one that would be forgotten first is.
  static constexpr size_t kMostSuspects = 1024;

  Quarantine();

  // What makes requests the same. `bytes`: a request record with its content; it may have been in
  // shared memory, so that its offsets are not believed. Never 0.
  uint64_t FingerprintOf(std::span<const uint8_t> bytes) const;

  // False, at the price of one load: no request needs to be looked at.
  bool suspects_any() const { return count_.load(std::memory_order_relaxed) != 0; }

  // A worker died with it. `lasting_ms`: how long that is remembered, and it is refused; 0: not at all. True when it is refused
  // from now on.
  bool Strike(uint64_t fingerprint, uint32_t strikes, int64_t now_ms, int64_t lasting_ms);
  // It was answered.
  void Absolve(uint64_t fingerprint);
  bool Refuses(uint64_t fingerprint, int64_t now_ms);

 private:
  struct Suspect {
    uint64_t fingerprint;
    uint32_t strikes;
    int64_t until_ms;  // it is remembered
  };
  void ForgetOld(int64_t now_ms);
  Suspect* Find(uint64_t fingerprint);
  void Recount() { count_.store(static_cast<uint32_t>(suspects_.size()), std::memory_order_relaxed); }

  const uint64_t seed_;
  std::mutex mutex_;
  std::vector<Suspect> suspects_;
  std::atomic<uint32_t> count_{0};
};

}  // namespace fastserve::server
