// libFuzzer target: what answers to two requests are stored under. Input: a host and two targets, each ended by a line feed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/cache_key_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindCacheKeyFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "cache_key_fuzz: %s\n", fault.c_str());
  std::abort();
}
