// The longest of many prefixes that begins a text. Immutable once built; any thread.
//
// DESIGN: prefixes are sorted and each knows the longest other one that begins it (its parent). If q begins the text,
// every prefix between q and the text in sort order begins with q as well; so all prefixes of a text are the last one
// that is not greater than it, or parents of that one. A look-up is a binary search and a short walk; where there are few, they
// are tried from the last one on, which meets the longest first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::route {

class PrefixIndex {
 public:
  struct Entry {
    std::string prefix;
    uint32_t value = 0;
    int32_t parent = -1;  // index of the longest proper prefix, -1: none
  };

  PrefixIndex() = default;
  // Takes prefixes in any order (parents are filled in here); of equal ones the lowest value stays.
  explicit PrefixIndex(std::vector<Entry> entries);

  // The longest entry that begins `text`, or nullptr. O(log entries) comparisons, no allocation.
  const Entry* Longest(std::string_view text) const;

  // The next shorter entry that begins the same text, or nullptr.
  const Entry* Parent(const Entry& entry) const { return entry.parent < 0 ? nullptr : &entries_[entry.parent]; }

  // Gives every entry the lowest value among itself and its parents, so that Longest answers for all of them.
  void InheritLowestValue();

 private:
  static constexpr size_t kScanned = 8;  // up to so many are compared one by one

  std::vector<Entry> entries_;
};

}  // namespace fastserve::route
