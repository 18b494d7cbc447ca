// libFuzzer target: what answers and requests say to caches. Input: a request's Cache-Control, a line feed, field lines of an answer.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/cache_control_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindCacheControlFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "cache_control_fuzz: %s\n", fault.c_str());
  std::abort();
}
