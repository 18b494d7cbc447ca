// The seeds of test/fuzz/response_parser_fuzz.cc, whole and with each byte changed.
#include "test/fuzz/response_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no seed with a changed byte breaks what must hold of answers' heads") {
  const std::vector<std::string> seeds = testing::ReadSeeds("response_parser");
  REQUIRE(seeds.size() >= 20);
  for (const std::string& seed : seeds) {
    CHECK_EQ(fuzz::FindResponseFault(seed), "");
    for (size_t i = 0; i < seed.size() && i < 256; ++i) {
      std::string changed = seed;
      for (const char byte : {'\0', '\r', '\n', ' ', ':', '\xff'}) {
        changed[i] = byte;
        CHECK_EQ(fuzz::FindResponseFault(changed), "");
      }
    }
  }
}
