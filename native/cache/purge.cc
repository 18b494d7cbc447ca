#include "native/cache/purge.h"

#include <algorithm>

#include "native/base/bytes.h"

namespace fastserve::cache {

bool Purge::Names(const Entry& entry) const {
  switch (kind) {
    case Kind::kUrl: return entry.target == text && (host.empty() || host == entry.host);
    case Kind::kPrefix: return entry.target.starts_with(text) && (host.empty() || host == entry.host);
    case Kind::kTag: return std::ranges::find(entry.tags, text) != entry.tags.end();
    case Kind::kAll: return true;
  }
  return false;
}

bool ParsePurgeUrl(std::string_view url, Purge* purge) {
  purge->host.clear();
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos && !url.starts_with('/')) {
    url.remove_prefix(scheme + 3);
    const size_t end = std::min(url.find('/'), url.size());
    purge->host.assign(url.substr(0, end));
    std::transform(purge->host.begin(), purge->host.end(), purge->host.begin(), base::ToLowerAscii);
    if (purge->host.empty()) return false;
    url.remove_prefix(end);
    if (url.empty()) url = "/";
  }
  purge->text.assign(url.substr(0, url.find('#')));
  return purge->text.starts_with('/');
}

void PurgeLog::Add(const Purge& purge) {
  const std::lock_guard lock(mutex_);
  const uint64_t number = count_.load(std::memory_order_relaxed);
  recent_[number % recent_.size()] = purge;
  // release: who sees the number finds the purge.
  count_.store(number + 1, std::memory_order_release);
}

bool PurgeLog::NamedSince(uint64_t seen_before, const Entry& entry) {
  if (seen_before == seen()) return false;
  const std::lock_guard lock(mutex_);
  const uint64_t now = count_.load(std::memory_order_relaxed);
  if (now - seen_before > recent_.size()) return true;
  for (uint64_t number = seen_before; number < now; ++number) {
    if (recent_[number % recent_.size()].Names(entry)) return true;
  }
  return false;
}

}  // namespace fastserve::cache
