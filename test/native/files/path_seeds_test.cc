// The seeds of test/fuzz/path_fuzz.cc, whole and cut at every byte, and every short path over the bytes that matter.
#include "test/fuzz/path_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no beginning of one breaks what must hold of paths") {
  const std::vector<std::string> seeds = testing::ReadSeeds("path");
  REQUIRE(seeds.size() >= 20);
  for (const std::string& seed : seeds) {
    for (size_t length = 0; length <= seed.size(); ++length) CHECK_EQ(fuzz::FindPathFault(seed.substr(0, length)), "");
  }
}

TEST("two ways to normalise agree on every path of up to seven bytes out of / . % 2 e a") {
  constexpr std::string_view kBytes = "/.%2ea";
  std::vector<std::string> paths = {"/"};
  for (size_t at = 0; at < paths.size(); ++at) {
    const std::string path = paths[at];
    CHECK_EQ(fuzz::FindPathFault(path), "");
    if (path.size() == 7) continue;
    for (const char byte : kBytes) paths.push_back(path + byte);
  }
}
