// What must hold of PROXY headers whatever a peer sends: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <string>
#include <string_view>

#include "native/net/proxy_protocol.h"

namespace fuzz {

using fastserve::net::ParseProxyHeader;
using fastserve::net::ProxyHeader;
using fastserve::net::ProxyStatus;

// Empty: all is well, else what is not.
inline std::string FindProxyHeaderFault(std::string_view bytes) {
  ProxyHeader whole_header;
  const ProxyStatus whole = ParseProxyHeader(bytes, &whole_header);
  if (whole == ProxyStatus::kPartial && bytes.size() >= fastserve::net::kMaxProxyHeaderBytes) return "a header without end";
  if (whole == ProxyStatus::kDone && whole_header.length > bytes.size()) return "a header longer than its input";
  for (size_t split = 0; split < bytes.size(); split += 1 + bytes.size() / 64) {
    ProxyHeader header;
    const ProxyStatus status = ParseProxyHeader(bytes.substr(0, split), &header);
    if (status == ProxyStatus::kPartial) continue;
    if (status != whole) return "a beginning has another verdict than the whole";
    if (status == ProxyStatus::kDone && (header.length != whole_header.length || !(header.source == whole_header.source))) {
      return "a beginning gives another header than the whole";
    }
  }
  return "";
}

}  // namespace fuzz
