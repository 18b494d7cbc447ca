#include "native/tls/ticket_keys.h"

#include <sys/random.h>

#include <cstring>

#include "native/base/check.h"

namespace fastserve::tls {

namespace {

TicketKey RandomKey() {
  TicketKey key;
  // getrandom gives up to 256 bytes in one piece once the kernel's generator is seeded.
  FASTSERVE_CHECK(::getrandom(&key, sizeof key, 0) == static_cast<ssize_t>(sizeof key), "no random bytes for ticket keys");
  return key;
}

}  // namespace

const TicketKey* TicketKeySet::Find(const unsigned char* name, bool* old) const {
  *old = false;
  if (std::memcmp(name, current.name, sizeof current.name) == 0) return &current;
  *old = true;
  return std::memcmp(name, previous.name, sizeof previous.name) == 0 ? &previous : nullptr;
}

TicketKeys::TicketKeys() = default;

std::shared_ptr<const TicketKeySet> TicketKeys::Get(int64_t now_ms) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (set_ != nullptr && now_ms - set_->made_ms < kPeriodMs) return set_;
  auto next = std::make_shared<TicketKeySet>();
  next->current = RandomKey();
  // After two silent periods not even the newest key may open anything.
  const bool carry = set_ != nullptr && now_ms - set_->made_ms < 2 * kPeriodMs;
  next->previous = carry ? set_->current : RandomKey();
  next->made_ms = now_ms;
  set_ = std::move(next);
  return set_;
}

}  // namespace fastserve::tls
