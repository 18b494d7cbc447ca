// libFuzzer target: request paths: their normal form, the names of files and the redirects that are made of it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/path_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindPathFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "path_fuzz: %s\n", fault.c_str());
  std::abort();
}
