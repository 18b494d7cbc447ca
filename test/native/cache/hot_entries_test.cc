#include "native/cache/hot_entries.h"

#include <string>

#include "test/native/cache/requests.h"
#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

const ParsedRequest kPlain("");

Asked ForTarget(std::string_view target) { return {Asked::Kind::kHttp, "example.com", target}; }

// A store and what one thread keeps of it.
struct Thread {
  explicit Thread(StoreOptions options = {}) : store(options) {}

  void Put(const std::string& key, size_t size, std::vector<VaryField> vary = {}) {
    auto entry = std::make_unique<Entry>();
    entry->key = entry->target = key;
    entry->content = std::make_shared<StoredContent>(std::string(size, 'x'), nullptr);
    entry->vary = std::move(vary);
    Fill fill;
    store.TryFill(key, store.HashOf(key), &fill);
    store.Finish(key, store.HashOf(key), fill, std::move(entry), 0);
  }
  // As often as it takes until uses need not be counted.
  void Use(const std::string& key, const ParsedRequest& request = kPlain) {
    for (int i = 0; i < 3; ++i) {
      Lease lease;
      const EntryRef entry = store.Look(key, store.HashOf(key), request.view(), &lease);
      if (entry) hot.Keep(ForTarget(key), store.HashOf(key), entry, lease);
    }
  }
  HotEntry* Find(const std::string& key) { return hot.Find(ForTarget(key), store); }

  Store store;
  HotEntries hot;
};

TEST("an answer that was used often is found without the store") {
  Thread thread;
  thread.Put("/a", 10);
  Lease lease;
  thread.hot.Keep(ForTarget("/a"), thread.store.HashOf("/a"), thread.store.Look("/a", thread.store.HashOf("/a"), kPlain.view(), &lease), lease);
  CHECK(thread.Find("/a") == nullptr);  // its next use still counts
  thread.Use("/a");
  REQUIRE(thread.Find("/a") != nullptr);
  CHECK_EQ(thread.Find("/a")->entry->key, "/a");
}

TEST("an answer is found by what it was asked with: scheme, authority and target, none of which runs into another") {
  Thread thread;
  thread.Put("/a", 10);
  thread.Use("/a");
  using Kind = Asked::Kind;
  CHECK(thread.hot.Find({Kind::kHttp, "example.com", "/a"}, thread.store) != nullptr);
  CHECK(thread.hot.Find({Kind::kHttps, "example.com", "/a"}, thread.store) == nullptr);
  CHECK(thread.hot.Find({Kind::kHttp, "example.org", "/a"}, thread.store) == nullptr);
  CHECK(thread.hot.Find({Kind::kHttp, "example.com", "/a?"}, thread.store) == nullptr);
  CHECK(thread.hot.Find({Kind::kHttp, "example.com/", "a"}, thread.store) == nullptr);
  CHECK(thread.hot.Find({Kind::kKey, "example.com/a", ""}, thread.store) == nullptr);
}

TEST("whatever changes an answer in the store ends its use: a purge, another answer, an unsafe request") {
  Thread thread;
  const auto is_gone = [&] { return thread.Find("/a") == nullptr; };
  thread.Put("/a", 10);
  thread.Use("/a");
  REQUIRE(!is_gone());
  thread.store.Forget({.kind = Purge::Kind::kUrl, .host = "", .text = "/a"});
  CHECK(is_gone());
  thread.Put("/a", 10);
  thread.Use("/a");
  REQUIRE(!is_gone());
  thread.Put("/a", 20);
  CHECK(is_gone());
  thread.Use("/a");
  REQUIRE(!is_gone());
  thread.store.Invalidate("/a", thread.store.HashOf("/a"));
  CHECK(is_gone());
}

TEST("an answer that eviction has looked at is counted again") {
  Thread thread({.bytes = 20'000, .max_entry_bytes = 20'000});
  thread.Put("/hot", 1000);
  thread.Use("/hot");
  REQUIRE(thread.Find("/hot") != nullptr);
  for (int i = 0; i < 40; ++i) thread.Put("/scan" + std::to_string(i), 1000);
  CHECK(thread.Find("/hot") == nullptr);
  CHECK(thread.store.Look("/hot", thread.store.HashOf("/hot"), kPlain.view()));  // its uses have counted: it has stayed
}

TEST("only the newest variant of a key is kept") {
  Thread thread;
  const ParsedRequest german("Accept-Language: de\r\n");
  thread.Put("/a", 10, {{"accept-language", "de"}});
  thread.Put("/a", 20, {{"accept-language", "fr"}});
  thread.Use("/a", german);
  CHECK(thread.Find("/a") == nullptr);
  thread.Use("/a", ParsedRequest("Accept-Language: fr\r\n"));
  REQUIRE(thread.Find("/a") != nullptr);
  CHECK_EQ(thread.Find("/a")->entry->content->whole().size(), 20u);
}

TEST("what is kept is bounded, and large answers are not") {
  Thread thread;
  thread.Put("/large", HotEntries::kMostEntryBytes + 1);
  thread.Use("/large");
  CHECK(thread.Find("/large") == nullptr);
  for (int i = 0; i < 200; ++i) {
    const std::string key = "/" + std::to_string(i);
    thread.Put(key, HotEntries::kMostEntryBytes - 4096);
    thread.Use(key);
    CHECK(thread.hot.bytes() <= HotEntries::kMostBytes);
  }
  CHECK(thread.Find("/199") != nullptr);
}

}  // namespace
}  // namespace fastserve::cache
