#include "native/auth/access_verdict.h"

#include <utility>

namespace fastserve::auth {

std::shared_ptr<const AccessVerdict> VerdictStore::Find(std::string_view question, int64_t now_ms) {
  const KeyedHash::Digest key = hash_(question);
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found == kept_.end() || found->second.until_ms <= now_ms ? nullptr : found->second.verdict;
}

void VerdictStore::Keep(std::string_view question, std::shared_ptr<const AccessVerdict> verdict, int64_t until_ms) {
  const KeyedHash::Digest key = hash_(question);
  const std::lock_guard lock(mutex_);
  kept_[key] = {std::move(verdict), until_ms, ++serial_};
  order_.emplace_back(serial_, key);
  while (order_.size() > kMaxVerdicts) ForgetOldest();
}

// An entry of the order that is void costs nothing: so many questions were asked again, and their newer entries stand behind.
void VerdictStore::ForgetOldest() {
  const auto [serial, key] = order_.front();
  order_.pop_front();
  const auto found = kept_.find(key);
  if (found != kept_.end() && found->second.serial == serial) kept_.erase(found);
}

size_t VerdictStore::size() {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace fastserve::auth
