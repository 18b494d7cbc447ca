// libFuzzer target: the PROXY protocol, the whole input against its beginnings.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/proxy_protocol_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string fault = fuzz::FindProxyHeaderFault({reinterpret_cast<const char*>(data), size});
  if (fault.empty()) return 0;
  std::fprintf(stderr, "proxy_protocol_fuzz: %s\n", fault.c_str());
  std::abort();
}
