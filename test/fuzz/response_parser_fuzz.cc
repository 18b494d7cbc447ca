// libFuzzer target: heads of upstreams' answers, against a plain reading.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/response_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindResponseFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "response_parser_fuzz: %s\n", fault.c_str());
  std::abort();
}
