// libFuzzer target: gathered pages. The input is a table's shape, a count and a payload (FindTemplateFault).
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/template_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindTemplateFault({reinterpret_cast<const char*>(data), size});
  if (!fault.empty()) {
    std::fprintf(stderr, "template_fuzz: %s\n", fault.c_str());
    std::abort();
  }
  return 0;
}
