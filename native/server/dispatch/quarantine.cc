#include "native/server/dispatch/quarantine.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "native/base/clock.h"
#include "native/base/hash.h"
#include "native/queue/layout.h"

namespace fastserve::server {

namespace {

uint64_t SecretSeed() {
  uint64_t seed = 0;
  // The time is guessable, but only a kernel without entropy leaves it at that.
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) seed = static_cast<uint64_t>(base::MonotonicNs());
  return seed;
}

}  // namespace

Quarantine::Quarantine() : seed_(SecretSeed()) {}

uint64_t Quarantine::FingerprintOf(std::span<const uint8_t> bytes) const {
  queue::RequestRecord record;
  if (bytes.size() < sizeof record) return 1;
  std::memcpy(&record, bytes.data(), sizeof record);
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto piece = [&](uint64_t offset, uint64_t length) {
    return offset <= all.size() ? all.substr(offset, length) : std::string_view();
  };
  const uint64_t head = record.head_offset;
  uint64_t hash = base::HashBytes(piece(head, record.method_length), seed_);
  hash = base::HashBytes(piece(head + record.authority_offset, record.authority_length), hash);
  hash = base::HashBytes(piece(head + record.target_offset, record.target_length), hash);
  const bool streamed = (record.flags & queue::kFlagBodyStream) != 0;
  const bool has_content = !streamed && record.body_length > 0 && record.body_length <= queue::kInlineBodyBytes;
  if (has_content) hash = base::HashBytes(piece(record.body_offset, record.body_length), hash);
  return hash == 0 ? 1 : hash;
}

Quarantine::Suspect* Quarantine::Find(uint64_t fingerprint) {
  const auto found = std::ranges::find(suspects_, fingerprint, &Suspect::fingerprint);
  return found == suspects_.end() ? nullptr : &*found;
}

void Quarantine::ForgetOld(int64_t now_ms) {
  std::erase_if(suspects_, [&](const Suspect& suspect) { return now_ms >= suspect.until_ms; });
}

bool Quarantine::Strike(uint64_t fingerprint, uint32_t strikes, int64_t now_ms, int64_t lasting_ms) {
  if (lasting_ms <= 0) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  ForgetOld(now_ms);
  Suspect* suspect = Find(fingerprint);
  if (suspect == nullptr) {
    if (suspects_.size() >= kMostSuspects) suspects_.erase(std::ranges::min_element(suspects_, {}, &Suspect::until_ms));
    suspect = &suspects_.emplace_back(Suspect{fingerprint, 0, now_ms});
  }
  suspect->strikes += strikes;
  suspect->until_ms = now_ms + lasting_ms;
  Recount();
  return suspect->strikes >= kStrikesRefused;
}

void Quarantine::Absolve(uint64_t fingerprint) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::erase_if(suspects_, [&](const Suspect& suspect) { return suspect.fingerprint == fingerprint; });
  Recount();
}

bool Quarantine::Refuses(uint64_t fingerprint, int64_t now_ms) {
  std::lock_guard<std::mutex> lock(mutex_);
  ForgetOld(now_ms);
  Recount();
  const Suspect* suspect = Find(fingerprint);
  return suspect != nullptr && suspect->strikes >= kStrikesRefused;
}

}  // namespace fastserve::server
