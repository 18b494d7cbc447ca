// The seeds of test/fuzz/template_fuzz.cc, whole and cut at every byte.
#include "test/fuzz/template_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one makes a kernel differ from the reference") {
  const std::vector<std::string> seeds = testing::ReadSeeds("template");
  REQUIRE(seeds.size() >= 20);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindTemplateFault(seed.substr(0, length)), "");
  }
}
