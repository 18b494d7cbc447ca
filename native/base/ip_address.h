// IP addresses and networks as bytes. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fastserve::base {

struct IpAddress {
  uint8_t family = 0;      // 4 or 6; 0: none (a unix socket, an address that was not said)
  uint8_t bytes[16] = {};  // network order; the first 4 or all 16
  bool operator==(const IpAddress&) const = default;
};

// Reads a literal address: dotted decimal without leading zeros, or RFC 4291 2.2, without brackets or zone. An IPv4-mapped
// address (RFC 4291 2.5.5.2) gives the IPv4 address, so that one client has one name. False leaves *address as it was.
bool ParseIpAddress(std::string_view text, IpAddress* address);

// The address in four bytes when it is an IPv4-mapped one, else `address`.
IpAddress Unmapped(const IpAddress& address);

// The address with all but its first bits zero: at most `ipv4_bits` (of 32) or `ipv6_bits` (of 128) stay. For keys that a whole
// network shares, and for logs that shall not name a person.
IpAddress Masked(const IpAddress& address, uint8_t ipv4_bits, uint8_t ipv6_bits);

// Writes the address as text, RFC 5952 for IPv6, to where kMostIpTextBytes have room; returns what is behind. Nothing for family 0.
constexpr size_t kMostIpTextBytes = 46;
char* PutIpAddress(const IpAddress& address, char* to);

// Appends the same.
void AppendIpAddress(const IpAddress& address, std::string* out);

struct IpNetwork {
  IpAddress address;
  uint8_t prefix_bits = 0;

  // True when the first prefix_bits of both are the same; never across families.
  bool Contains(const IpAddress& candidate) const;
};

// Reads "10.0.0.0/8", "2001:db8::/32", or one address without "/". False: no such network.
bool ParseIpNetwork(std::string_view text, IpNetwork* network);

}  // namespace fastserve::base
