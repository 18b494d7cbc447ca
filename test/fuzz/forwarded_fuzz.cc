// libFuzzer target: the forwarding fields of a request from a trusted peer. The input is its field lines.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "test/fuzz/forwarded_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string fault = fuzz::FindForwardedFault(text);
  if (!fault.empty()) {
    std::fprintf(stderr, "forwarded_fuzz: %s\n", fault.c_str());
    std::abort();
  }
  fastserve::base::IpAddress address;
  uint16_t port;
  fastserve::http::ParseForwardedNode(text, &address, &port);
  return 0;
}
