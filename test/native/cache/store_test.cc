#include "native/cache/store.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "test/native/cache/requests.h"
#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

class Room : public WaitingRoom {
 public:
  void Call(uint64_t ticket) override {
    const std::lock_guard lock(mutex_);
    called_.push_back(ticket);
  }
  size_t called() {
    const std::lock_guard lock(mutex_);
    return called_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<uint64_t> called_;
};

std::unique_ptr<Entry> Made(const std::string& key, std::string content, std::vector<std::string> tags = {}) {
  auto entry = std::make_unique<Entry>();
  entry->key = key;
  entry->host = "example.com";
  entry->target = key;
  entry->content = std::make_shared<StoredContent>(std::move(content), nullptr);
  entry->tags = std::move(tags);
  return entry;
}

const ParsedRequest kPlain("");

struct Bench {
  explicit Bench(StoreOptions options = {}) : store(options) {}
  Store::Turn Join(const std::string& key, Fill* fill, bool may_wait = true, uint32_t min_uses = 1) {
    return store.Join(key, store.HashOf(key), min_uses, 0, {&room, 7}, may_wait, fill);
  }
  void Put(const std::string& key, std::string content, std::vector<std::string> tags = {}) {
    Fill fill;
    store.TryFill(key, store.HashOf(key), &fill);
    store.Finish(key, store.HashOf(key), fill, Made(key, std::move(content), std::move(tags)), 0);
  }
  EntryRef Look(const std::string& key, const ParsedRequest& request = kPlain) {
    return store.Look(key, store.HashOf(key), request.view());
  }
  Store store;
  Room room;
};

TEST("what was stored is found") {
  Bench bench;
  bench.Put("/a", "one");
  REQUIRE(bench.Look("/a"));
  CHECK_EQ(bench.Look("/a")->content->whole().memory(), "one");
  CHECK(!bench.Look("/b"));
}

TEST("a form is kept beside its content and counts, as long as that is stored") {
  Bench bench;
  bench.Put("/a", std::string(20'000, 'a'));
  const EntryRef entry = bench.Look("/a");
  const size_t before = bench.store.ReadTotals().bytes;
  REQUIRE(entry->content->Claim(http::Coding::kGzip));
  CHECK(!entry->content->Claim(http::Coding::kGzip));
  CHECK(entry->content->Find(http::Coding::kGzip) == nullptr);
  bench.store.AddForm("/a", bench.store.HashOf("/a"), *entry->content, http::Coding::kGzip, std::string(3000, 'f'));
  REQUIRE(entry->content->Find(http::Coding::kGzip) != nullptr);
  CHECK_EQ(entry->content->Find(http::Coding::kGzip)->memory(), std::string(3000, 'f'));
  CHECK_EQ(bench.store.ReadTotals().bytes, before + 3000);
  CHECK_EQ(bench.store.ReadTotals().forms, 1u);
  bench.store.Invalidate("/a", bench.store.HashOf("/a"));
  CHECK(bench.store.ReadTotals().bytes < 1000);
}

TEST("a form of what is stored no more is not kept, and may be asked for again") {
  Bench bench;
  bench.Put("/a", "one");
  const EntryRef entry = bench.Look("/a");
  REQUIRE(entry->content->Claim(http::Coding::kBrotli));
  bench.Put("/a", "two");
  bench.store.AddForm("/a", bench.store.HashOf("/a"), *entry->content, http::Coding::kBrotli, "form");
  CHECK(entry->content->StateOf(http::Coding::kBrotli) == FormState::kAbsent);
  CHECK_EQ(bench.store.ReadTotals().forms, 0u);
}

TEST("coding that saves nothing is known, and costs nothing") {
  Bench bench;
  bench.Put("/a", "one");
  const EntryRef entry = bench.Look("/a");
  const size_t before = bench.store.ReadTotals().bytes;
  REQUIRE(entry->content->Claim(http::Coding::kZstd));
  bench.store.AddForm("/a", bench.store.HashOf("/a"), *entry->content, http::Coding::kZstd, "");
  CHECK(entry->content->StateOf(http::Coding::kZstd) == FormState::kUseless);
  CHECK(!entry->content->Claim(http::Coding::kZstd));
  CHECK_EQ(bench.store.ReadTotals().bytes, before);
}

TEST("forms that are beyond the budget drive out what is used less") {
  Bench bench({.bytes = 1 << 20, .max_entry_bytes = 128 << 10});
  for (int i = 0; i < 8; ++i) bench.Put("/" + std::to_string(i), std::string(100'000, 'x'));
  const EntryRef entry = bench.Look("/7");
  for (const http::Coding coding : {http::Coding::kGzip, http::Coding::kBrotli, http::Coding::kZstd}) {
    REQUIRE(entry->content->Claim(coding));
    bench.store.AddForm("/7", bench.store.HashOf("/7"), *entry->content, coding, std::string(100'000, 'f'));
  }
  CHECK(bench.store.ReadTotals().bytes <= (1u << 20));
  CHECK(bench.store.ReadTotals().evictions > 0);
}

TEST("forms are made and looked for by many threads at once") {
  Bench bench;
  bench.Put("/a", std::string(30'000, 'a'));
  std::atomic<int> claims{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const EntryRef entry = bench.Look("/a");
      const Content* form = nullptr;
      while ((form = entry->content->Find(http::Coding::kGzip)) == nullptr) {
        if (!entry->content->Claim(http::Coding::kGzip)) continue;
        claims.fetch_add(1);
        bench.store.AddForm("/a", bench.store.HashOf("/a"), *entry->content, http::Coding::kGzip, "form");
      }
      CHECK_EQ(form->memory(), "form");
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(claims.load(), 1);
}

TEST("one fills and the others wait until it has ended") {
  Bench bench;
  Fill fill, other;
  CHECK(bench.Join("/a", &fill) == Store::Turn::kFill);
  CHECK(bench.Join("/a", &other) == Store::Turn::kWait);
  CHECK(bench.Join("/a", &other) == Store::Turn::kWait);
  CHECK(bench.Join("/a", &other, false) == Store::Turn::kPass);
  CHECK_EQ(bench.room.called(), 0u);
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, Made("/a", "x"), 0);
  CHECK_EQ(bench.room.called(), 2u);
}

TEST("after an answer that was not storable requests do not wait for each other") {
  Bench bench;
  Fill fill, other;
  bench.Join("/a", &fill);
  bench.Join("/a", &other);
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, nullptr, 1000);
  CHECK_EQ(bench.room.called(), 1u);
  CHECK(bench.Join("/a", &fill) == Store::Turn::kFill);
  CHECK(bench.Join("/a", &other) == Store::Turn::kFill);
}

TEST("a fill that was given up leaves its place to the next") {
  Bench bench;
  Fill fill;
  bench.Join("/a", &fill);
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, nullptr, 0);
  CHECK(bench.Join("/a", &fill) == Store::Turn::kFill);
  CHECK(bench.Join("/a", &fill) == Store::Turn::kWait);
}

TEST("min_uses requests pass before one fills") {
  Bench bench;
  Fill fill;
  CHECK(bench.Join("/a", &fill, true, 3) == Store::Turn::kPass);
  CHECK(bench.Join("/a", &fill, true, 3) == Store::Turn::kPass);
  CHECK(bench.Join("/a", &fill, true, 3) == Store::Turn::kFill);
}

TEST("variants are told apart by the fields that Vary names") {
  Bench bench;
  const ParsedRequest french("Accept-Language: fr\r\n");
  Fill fill;
  bench.store.TryFill("/a", bench.store.HashOf("/a"), &fill);
  auto entry = Made("/a", "bonjour");
  entry->vary = SelectionOf(french.view(), {"accept-language"});
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, std::move(entry), 0);
  CHECK(bench.Look("/a", french));
  CHECK(!bench.Look("/a", kPlain));
}

TEST("a field that is absent only matches one that is absent too") {
  const ParsedRequest empty("Origin:\r\nAccept-Encoding: \r\n");
  CHECK(NormalisedValue(kPlain.view(), "origin") != NormalisedValue(empty.view(), "origin"));
  CHECK(NormalisedValue(kPlain.view(), "accept-encoding") != NormalisedValue(empty.view(), "accept-encoding"));
}

TEST("blanks around commas mean nothing, but for those within a quoted-string") {
  const ParsedRequest spaced("X-A: a , b\r\n"), joined("X-A: a,b\r\n");
  CHECK_EQ(NormalisedValue(spaced.view(), "x-a"), NormalisedValue(joined.view(), "x-a"));
  const ParsedRequest quoted("X-A: \"a\\\", b\"\r\n"), other("X-A: \"a\\\",b\"\r\n");
  CHECK(NormalisedValue(quoted.view(), "x-a") != NormalisedValue(other.view(), "x-a"));
}

TEST("purging by url, prefix and tag forgets what is named and nothing else") {
  Bench bench;
  bench.Put("/a", "x", {"red"});
  bench.Put("/a/b", "x", {"red", "blue"});
  bench.Put("/c", "x");
  CHECK_EQ(bench.store.Forget({Purge::Kind::kTag, "", "blue"}), 1u);
  CHECK(!bench.Look("/a/b"));
  CHECK_EQ(bench.store.Forget({Purge::Kind::kUrl, "other.example", "/a"}), 0u);
  CHECK_EQ(bench.store.Forget({Purge::Kind::kPrefix, "", "/a"}), 1u);
  CHECK(!bench.Look("/a"));
  CHECK(bench.Look("/c"));
}

TEST("what was asked for before a purge is not stored behind it") {
  Bench bench;
  Fill fill;
  bench.Join("/a", &fill);
  bench.store.Forget({Purge::Kind::kTag, "", "red"});
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, Made("/a", "old", {"red"}), 0);
  CHECK(!bench.Look("/a"));
}

TEST("a purge of something else does not stop a fill") {
  Bench bench;
  Fill fill;
  bench.Join("/a", &fill);
  bench.store.Forget({Purge::Kind::kTag, "", "blue"});
  bench.store.Finish("/a", bench.store.HashOf("/a"), fill, Made("/a", "new", {"red"}), 0);
  CHECK(bench.Look("/a"));
}

TEST("the budget is kept and what is asked for again outlives a scan") {
  Bench bench({256 * 1024, 64 * 1024});
  bench.Put("/hot", std::string(1024, 'h'));
  for (int i = 0; i < 3; ++i) bench.Look("/hot");
  for (int i = 0; i < 2000; ++i) bench.Put("/scan/" + std::to_string(i), std::string(1024, 's'));
  CHECK(bench.store.ReadTotals().bytes <= 256 * 1024);
  CHECK(bench.store.ReadTotals().evictions > 1000);
  CHECK(bench.Look("/hot"));
  CHECK(!bench.Look("/scan/0"));
}

TEST("threads may look, fill and purge at the same time") {
  Bench bench({1 << 20, 64 * 1024});
  std::vector<std::thread> threads;
  std::atomic<int> bad{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&bench, &bad, t] {
      const ParsedRequest request("");
      for (int i = 0; i < 2000; ++i) {
        const std::string key = "/k" + std::to_string((i * 7 + t) % 50);
        if (const EntryRef found = bench.Look(key, request); found && found->content->whole().memory() != key) ++bad;
        Fill fill;
        if (bench.Join(key, &fill, false) == Store::Turn::kFill) {
          bench.store.Finish(key, bench.store.HashOf(key), fill, Made(key, key, {"t"}), 0);
        }
        if (i % 100 == 0) bench.store.Forget({Purge::Kind::kTag, "", "t"});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(bad.load(), 0);
}

TEST("what was asked for before its key was invalidated is not stored") {
  Bench bench;
  const uint64_t hash = bench.store.HashOf("/a");
  Fill early, late;
  CHECK(bench.Join("/a", &early) == Store::Turn::kFill);
  bench.store.Invalidate("/a", hash);
  bench.store.Finish("/a", hash, early, Made("/a", "old"), 0);
  CHECK(!bench.Look("/a"));
  CHECK(bench.Join("/a", &late) == Store::Turn::kFill);
  bench.store.Finish("/a", hash, late, Made("/a", "new"), 0);
  CHECK_EQ(bench.Look("/a")->content->whole().memory(), "new");
}

TEST("fills and invalidations of many threads leave nothing that is older than the last invalidation") {
  Bench bench;
  const uint64_t hash = bench.store.HashOf("/a");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        Fill fill;
        if (bench.Join("/a", &fill, false) == Store::Turn::kFill) {
          bench.store.Finish("/a", hash, fill, Made("/a", "x"), 0);
        }
        if (round % 7 == 0) bench.store.Invalidate("/a", hash);
        bench.Look("/a");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  bench.store.Invalidate("/a", hash);
  CHECK(!bench.Look("/a"));
}

}  // namespace
}  // namespace fastserve::cache
