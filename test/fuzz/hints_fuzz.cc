// libFuzzer target: which links of an answer become hints. Input: values of Link, each ended by a line feed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/hints_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindHintsFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "hints_fuzz: %s\n", fault.c_str());
  std::abort();
}
