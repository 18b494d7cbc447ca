// The seeds of test/fuzz/variables_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/variables_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of templates") {
  const std::vector<std::string> seeds = testing::ReadSeeds("variables");
  REQUIRE(seeds.size() >= 5);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindTemplateFault(seed.substr(0, length)), "");
  }
}
