#include "native/base/ip_address.h"

#include <string>

#include "test/native/testing.h"

namespace {

using namespace fastserve::base;

bool Inside(const char* network_text, const char* address_text) {
  IpNetwork network;
  IpAddress address;
  REQUIRE(ParseIpNetwork(network_text, &network));
  REQUIRE(ParseIpAddress(address_text, &address));
  return network.Contains(address);
}

TEST("addresses of both families are read, and nothing that is nearly one") {
  IpAddress address;
  CHECK(ParseIpAddress("192.0.2.1", &address) && address.family == 4 && address.bytes[3] == 1);
  CHECK(ParseIpAddress("2001:db8::1", &address) && address.family == 6 && address.bytes[15] == 1);
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "::1%eth0", "[::1]", "localhost",
                           "::g", "1:2:3:4:5:6:7:8:9", "0x7f.0.0.1", "2130706433"}) {
    CHECK(!ParseIpAddress(text, &address));
  }
  CHECK(!ParseIpAddress(std::string_view("1.2.3.4\0", 8), &address));
  CHECK(!ParseIpAddress(std::string(200, '1'), &address));
}

TEST("an IPv4-mapped address is the IPv4 address") {
  IpAddress mapped, plain;
  REQUIRE(ParseIpAddress("::ffff:192.0.2.1", &mapped));
  REQUIRE(ParseIpAddress("192.0.2.1", &plain));
  CHECK(mapped == plain);
}

TEST("a network contains what shares its prefix") {
  CHECK(Inside("10.0.0.0/8", "10.255.0.1"));
  CHECK(!Inside("10.0.0.0/8", "11.0.0.1"));
  CHECK(Inside("10.64.0.0/10", "10.127.255.255"));
  CHECK(!Inside("10.64.0.0/10", "10.128.0.0"));
  CHECK(Inside("192.0.2.7", "192.0.2.7"));
  CHECK(!Inside("192.0.2.7", "192.0.2.6"));
  CHECK(Inside("0.0.0.0/0", "203.0.113.9"));
  CHECK(Inside("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK(!Inside("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(Inside("10.1.2.3/8", "10.0.0.1"));
}

TEST("networks do not reach across families") {
  CHECK(!Inside("0.0.0.0/0", "::1"));
  CHECK(!Inside("::/0", "127.0.0.1"));
  CHECK(Inside("127.0.0.0/8", "::ffff:127.0.0.1"));
}

TEST("what is no network is refused") {
  IpNetwork network;
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8",
                           "10.0.0/8", "10.0.0.0/8 ", "10.0.0.0/255"}) {
    CHECK(!ParseIpNetwork(text, &network));
  }
}

}  // namespace

TEST("a masked address keeps its first bits") {
  const auto masked = [](const char* text, uint8_t ipv4_bits, uint8_t ipv6_bits) {
    IpAddress address;
    REQUIRE(ParseIpAddress(text, &address));
    return Masked(address, ipv4_bits, ipv6_bits);
  };
  const auto plain = [&](const char* text) { return masked(text, 32, 128); };
  CHECK(masked("203.0.113.77", 24, 48) == plain("203.0.113.0"));
  CHECK(masked("203.0.113.77", 31, 0) == plain("203.0.113.76"));
  CHECK(masked("2001:db8:1:2:3::4", 24, 48) == plain("2001:db8:1::"));
  CHECK(masked("2001:db8::ff", 0, 121) == plain("2001:db8::80"));
}

TEST("addresses are written as they are read") {
  for (const char* text : {"0.0.0.0", "9.10.99.100", "255.255.255.255", "203.0.113.7", "::", "::1", "2001:db8::ff", "fe80::1:0:0:1"}) {
    IpAddress address;
    REQUIRE(ParseIpAddress(text, &address));
    std::string written;
    AppendIpAddress(address, &written);
    CHECK_EQ(written, std::string(text));
  }
  std::string none = "-";
  AppendIpAddress(IpAddress{}, &none);
  CHECK_EQ(none, std::string("-"));
}
