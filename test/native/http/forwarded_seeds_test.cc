// The seeds of test/fuzz/forwarded_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/forwarded_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of forwarding fields") {
  const std::vector<std::string> seeds = testing::ReadSeeds("forwarded");
  REQUIRE(seeds.size() >= 20);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindForwardedFault(seed.substr(0, length) + "\r\n"), "");
    CHECK_EQ(fuzz::FindForwardedFault(seed), "");
  }
}
