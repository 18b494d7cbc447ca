// libFuzzer target: uwsgi packets made from heads, read back.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/uwsgi_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindUwsgiFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "uwsgi_fuzz: %s\n", fault.c_str());
  std::abort();
}
