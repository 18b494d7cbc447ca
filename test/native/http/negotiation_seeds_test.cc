// The seeds of test/fuzz/negotiation_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/negotiation_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of negotiation") {
  const std::vector<std::string> seeds = testing::ReadSeeds("negotiation");
  REQUIRE(seeds.size() >= 10);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindNegotiationFault(seed.substr(0, length)), "");
  }
}
