// The seeds of test/fuzz/uwsgi_fuzz.cc, whole and with each byte changed.
#include "test/fuzz/uwsgi_check.h"
#include "test/native/seeds.h"
#include "test/native/testing.h"

TEST("no seed and no seed with a changed byte breaks what must hold of uwsgi packets") {
  const std::vector<std::string> seeds = testing::ReadSeeds("uwsgi");
  REQUIRE(seeds.size() >= 6);
  for (const std::string& seed : seeds) {
    CHECK_EQ(fuzz::FindUwsgiFault(seed), "");
    for (size_t i = 0; i < seed.size() && i < 256; ++i) {
      std::string changed = seed;
      for (const char byte : {'\0', '\r', '\n', ' ', ':', '\xff'}) {
        changed[i] = byte;
        CHECK_EQ(fuzz::FindUwsgiFault(changed), "");
      }
    }
  }
}

TEST("a head with more fields than a packet can say is refused whole") {
  const std::string line = "X-Long: " + std::string(33000, 'a') + "\r\n";
  CHECK_EQ(fuzz::FindUwsgiFault("GET / HTTP/1.1\r\n" + line + line), "");
}
