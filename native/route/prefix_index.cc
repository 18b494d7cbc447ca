#include "native/route/prefix_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fastserve::route {

PrefixIndex::PrefixIndex(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.prefix, a.value) < std::tie(b.prefix, b.value); });
  const auto same = [](const Entry& a, const Entry& b) { return a.prefix == b.prefix; };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
  for (size_t i = 1; i < entries_.size(); ++i) {
    int32_t parent = static_cast<int32_t>(i) - 1;
    while (parent >= 0 && !entries_[i].prefix.starts_with(entries_[parent].prefix)) parent = entries_[parent].parent;
    entries_[i].parent = parent;
  }
}

const PrefixIndex::Entry* PrefixIndex::Longest(std::string_view text) const {
  if (entries_.size() <= kScanned) {
    for (size_t i = entries_.size(); i-- > 0;) {
      if (text.starts_with(entries_[i].prefix)) return &entries_[i];
    }
    return nullptr;
  }
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), text,
                                      [](std::string_view value, const Entry& entry) { return value < entry.prefix; });
  if (after == entries_.begin()) return nullptr;
  const Entry* entry = &*(after - 1);
  while (entry != nullptr && !text.starts_with(entry->prefix)) entry = Parent(*entry);
  return entry;
}

void PrefixIndex::InheritLowestValue() {
  for (Entry& entry : entries_) {
    // A parent sorts before its children, so its own value is final by now.
    if (entry.parent >= 0) entry.value = std::min(entry.value, entries_[entry.parent].value);
  }
}

}  // namespace fastserve::route
