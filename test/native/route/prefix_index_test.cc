// The longest prefix among neighbours in sort order.
#include "native/route/prefix_index.h"

#include "test/native/testing.h"

namespace fastserve::route {
namespace {

PrefixIndex Index(const std::vector<std::string>& prefixes) {
  std::vector<PrefixIndex::Entry> entries;
  for (const std::string& prefix : prefixes) entries.push_back({prefix, static_cast<uint32_t>(entries.size())});
  return PrefixIndex(std::move(entries));
}

int ValueOf(const PrefixIndex& index, std::string_view text) {
  const PrefixIndex::Entry* entry = index.Longest(text);
  return entry == nullptr ? -1 : static_cast<int>(entry->value);
}

TEST("an empty prefix index finds nothing") { CHECK(PrefixIndex().Longest("a") == nullptr); }

TEST("the longest prefix is found past longer neighbours that do not match") {
  const PrefixIndex index = Index({"a", "ab", "abc/d", "abd", "b"});
  CHECK_EQ(ValueOf(index, "abc/c"), 1);
  CHECK_EQ(ValueOf(index, "abc/de"), 2);
  CHECK_EQ(ValueOf(index, "aa"), 0);
  CHECK_EQ(ValueOf(index, "ac"), 0);
  CHECK_EQ(ValueOf(index, "c"), -1);
  CHECK_EQ(ValueOf(index, ""), -1);
}

TEST("the empty prefix begins every text") {
  const PrefixIndex index = Index({"x", ""});
  CHECK_EQ(ValueOf(index, "y"), 1);
  CHECK_EQ(ValueOf(index, ""), 1);
}

TEST("bytes above 0x7F sort after ASCII") {
  const PrefixIndex index = Index({"\xC3", "z"});
  CHECK_EQ(ValueOf(index, "\xC3\xA9"), 0);
  CHECK_EQ(ValueOf(index, "zz"), 1);
}

TEST("of equal prefixes the lowest value stays") { CHECK_EQ(ValueOf(Index({"b", "a", "a"}), "a"), 1); }

TEST("an inherited value is the lowest of all prefixes of the text") {
  PrefixIndex index = Index({"ab", "abcd", "a", "abc"});
  index.InheritLowestValue();
  CHECK_EQ(ValueOf(index, "abcde"), 0);
  CHECK_EQ(ValueOf(index, "ax"), 2);
}

}  // namespace
}  // namespace fastserve::route
