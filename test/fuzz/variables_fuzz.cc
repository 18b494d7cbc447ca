// libFuzzer target: templates with variables, expanded for a fixed request and for the fuzzed one. Input: a template, a line feed, a
// request head.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/variables_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindTemplateFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "variables_fuzz: %s\n", fault.c_str());
  std::abort();
}
