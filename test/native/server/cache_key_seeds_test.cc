// The seeds of test/fuzz/cache_key_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/cache_key_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of cache keys") {
  const std::vector<std::string> seeds = testing::ReadSeeds("cache_key");
  REQUIRE(seeds.size() >= 5);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindCacheKeyFault(seed.substr(0, length)), "");
  }
}

TEST("targets that an upstream tells apart are stored apart") {
  fuzz::KeyedRequest plain, spelled;
  const std::pair<const char*, const char*> apart[] = {
      {"/a?b", "/a%3Fb"}, {"/b", "/a/../b"}, {"/b", "/a%2F..%2Fb"}, {"/a/b", "/a%2Fb"}, {"/a%2F?b", "/a%2F%3Fb"}};
  for (const auto& [one, other] : apart) {
    REQUIRE(plain.Make("a", one) && spelled.Make("a", other));
    CHECK(plain.key.text() != spelled.key.text());
  }
}

TEST("targets that mean the same are stored as one, and are purged by their decoded path") {
  fuzz::KeyedRequest one, other;
  REQUIRE(one.Make("a", "/%7Ea%2fb") && other.Make("A", "/~a%2Fb"));
  CHECK_EQ(one.key.text(), other.key.text());
  CHECK_EQ(one.key.target(), "/~a/b");
}
