// The seeds of test/fuzz/hints_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/hints_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of hints") {
  const std::vector<std::string> seeds = testing::ReadSeeds("hints");
  REQUIRE(seeds.size() >= 5);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindHintsFault(seed.substr(0, length)), "");
  }
}
