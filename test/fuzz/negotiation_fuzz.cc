// libFuzzer target: the fields that choose a representation and a part of it. The input is a block of field lines.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/negotiation_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindNegotiationFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "negotiation_fuzz: %s\n", fault.c_str());
  std::abort();
}
