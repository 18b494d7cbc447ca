// The PROXY protocol, versions 1 and 2: what a proxy says about a connection before its first byte. Pure, any thread.
//
// Written after https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt; section numbers below are its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/base/ip_address.h"

namespace fastserve::net {

// Version 2 headers are read up to this size; TLVs beyond it would be somebody's attempt to fill memory.
constexpr size_t kMaxProxyHeaderBytes = 4096;

struct ProxyHeader {
  size_t length = 0;       // bytes of the header; what follows is the client's
  bool announced = false;  // false: LOCAL, UNKNOWN or UNSPEC, and the socket's own address counts
  base::IpAddress source;  // when announced; family 0: a unix socket
  uint16_t source_port = 0;
  bool tls = false;        // the client's own connection was encrypted (PP2_TYPE_SSL, 2.2.6)
};

enum class ProxyStatus : uint8_t { kDone, kPartial, kBad };

// Reads the header at the start of `input`. kPartial never lasts beyond kMaxProxyHeaderBytes (version 1: 107). kBad is final
// and also meets headers that a stream's receiver must not believe: UDP, unknown commands and versions, broken addresses or
// TLVs. More input never changes a verdict but kPartial.
ProxyStatus ParseProxyHeader(std::string_view input, ProxyHeader* header);

}  // namespace fastserve::net
