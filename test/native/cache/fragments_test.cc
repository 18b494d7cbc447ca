#include "native/cache/fragments.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

struct FragmentBench {
  explicit FragmentBench(StoreOptions options = {}) : store(options) {}
  // Its text; "" when there is none.
  std::string Find(const std::string& key, int64_t now_ms = 0) {
    const EntryRef found = FindFragment(store, key, now_ms, &purges_seen);
    return found ? std::string(found->content->whole().memory()) : "";
  }
  void Keep(const std::string& key, std::string text, int64_t lifetime_s = 60, std::vector<std::string> tags = {}) {
    KeepFragment(store, {key, std::move(text), std::move(tags), lifetime_s, purges_seen}, 0);
  }
  size_t PurgeTag(const std::string& tag) { return store.Forget({Purge::Kind::kTag, "", tag}); }
  Store store;
  uint64_t purges_seen = 0;
};

TEST("a fragment is found under its key until its time is over") {
  FragmentBench bench;
  CHECK_EQ(bench.Find("a"), "");
  bench.Keep("a", "<p>1</p>", 60);
  CHECK_EQ(bench.Find("a"), "<p>1</p>");
  CHECK_EQ(bench.Find("a", 59'999), "<p>1</p>");
  CHECK_EQ(bench.Find("a", 60'000), "");
  CHECK_EQ(bench.Find("b"), "");
  CHECK_EQ(bench.store.ReadTotals().fragment_hits, 2u);
  CHECK_EQ(bench.store.ReadTotals().fragment_misses, 3u);
}

TEST("a fragment that is kept again takes the place of the one before") {
  FragmentBench bench;
  bench.Keep("a", "old");
  bench.Keep("a", "new");
  CHECK_EQ(bench.Find("a"), "new");
  CHECK_EQ(bench.store.Forget({Purge::Kind::kAll, "", ""}), size_t{1});
}

TEST("a fragment of more than 16 KiB is found whole") {
  FragmentBench bench;
  const std::string text(40'000, 'x');
  bench.Keep("a", text);
  CHECK(bench.Find("a") == text);
}

TEST("a purge of a tag forgets the fragments that carry it") {
  FragmentBench bench;
  bench.Keep("a", "1", 60, {"news", "front"});
  bench.Keep("b", "2", 60, {"news"});
  bench.Keep("c", "3");
  CHECK_EQ(bench.PurgeTag("news"), size_t{2});
  CHECK_EQ(bench.Find("a") + bench.Find("b") + bench.Find("c"), "3");
}

TEST("a fragment whose making began before a purge of its tag is not kept") {
  FragmentBench bench;
  bench.Find("a");
  bench.PurgeTag("news");
  bench.Keep("a", "old", 60, {"news"});
  bench.Keep("b", "other", 60, {"sports"});
  CHECK_EQ(bench.Find("a"), "");
  CHECK_EQ(bench.Find("b"), "other");
}

TEST("no purge of a URL or prefix names a fragment") {
  FragmentBench bench;
  bench.Keep("/a", "1");
  CHECK_EQ(bench.store.Forget({Purge::Kind::kUrl, "", "/a"}) + bench.store.Forget({Purge::Kind::kPrefix, "", "/"}), size_t{0});
  CHECK_EQ(bench.Find("/a"), "1");
}

TEST("a fragment larger than an entry may be is not kept") {
  FragmentBench bench({.bytes = 1 << 20, .max_entry_bytes = 1000});
  bench.Keep("a", std::string(1001, 'x'));
  CHECK_EQ(bench.Find("a"), "");
}

TEST("fragments take no more than the store's budget") {
  FragmentBench bench({.bytes = 100'000, .max_entry_bytes = 10'000});
  for (int i = 0; i < 100; ++i) bench.Keep(std::to_string(i), std::string(5'000, 'x'));
  CHECK(bench.store.ReadTotals().bytes <= 100'000);
  CHECK(bench.store.ReadTotals().evictions > 0);
}

}  // namespace
}  // namespace fastserve::cache
