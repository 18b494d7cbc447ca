// Constants of version 2 of the PROXY protocol, for who reads headers and who sends them; section numbers are those of its specification.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::net::proxy_v2 {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

// 2.2: the byte behind the signature (the version and a command), and the next one (family and transport).
constexpr uint8_t kLocal = 0x20, kProxy = 0x21;
constexpr uint8_t kUnspecified = 0x00, kTcp4 = 0x11, kTcp6 = 0x21, kUnixStream = 0x31;

// 2.2.6: PP2_TYPE_SSL, and PP2_CLIENT_SSL among its flags.
constexpr uint8_t kTypeSsl = 0x20, kClientSsl = 0x01;

}  // namespace fastserve::net::proxy_v2
