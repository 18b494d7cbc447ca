// The seeds of test/fuzz/proxy_protocol_fuzz.cc, whole and with each byte changed.
#include "test/fuzz/proxy_protocol_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no seed with a changed byte breaks what must hold of PROXY headers") {
  const std::vector<std::string> seeds = testing::ReadSeeds("proxy_protocol");
  REQUIRE(seeds.size() >= 20);
  for (const std::string& seed : seeds) {
    CHECK_EQ(fuzz::FindProxyHeaderFault(seed), "");
    for (size_t i = 0; i < seed.size() && i < 256; ++i) {
      std::string changed = seed;
      for (const char byte : {'\0', '\r', '\n', ' ', '\x21', '\xff'}) {
        changed[i] = byte;
        CHECK_EQ(fuzz::FindProxyHeaderFault(changed), "");
      }
    }
  }
}
