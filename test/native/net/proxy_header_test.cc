// PROXY headers as they are sent: read back by the reader, and byte by byte where that looks away.
#include "native/net/proxy_header.h"

#include <string>
#include <string_view>

#include "native/net/proxy_protocol.h"
#include "test/native/testing.h"

namespace fastserve::net {
namespace {

base::IpAddress Ip(std::string_view text) {
  base::IpAddress address;
  REQUIRE(base::ParseIpAddress(text, &address));
  return address;
}

std::string Header(ProxyVersion version, const ProxiedConnection& connection) {
  std::string header;
  AppendProxyHeader(version, connection, &header);
  return header;
}

ProxyHeader ReadBack(const std::string& header) {
  ProxyHeader read;
  CHECK(ParseProxyHeader(header + "GET", &read) == ProxyStatus::kDone);
  CHECK_EQ(read.length, header.size());
  return read;
}

const ProxiedConnection kIpv4{Ip("203.0.113.7"), Ip("198.51.100.1"), 4711, 443};
const ProxiedConnection kIpv6{Ip("2001:db8::5"), Ip("2001:db8::6"), 65535, 1};

TEST("version 1 is a line of text") {
  CHECK_EQ(Header(ProxyVersion::kV1, kIpv4), "PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n");
  CHECK_EQ(Header(ProxyVersion::kV1, kIpv6), "PROXY TCP6 2001:db8::5 2001:db8::6 65535 1\r\n");
  CHECK_EQ(Header(ProxyVersion::kV1, {}), "PROXY UNKNOWN\r\n");
}

TEST("version 2 is bytes") {
  CHECK_EQ(Header(ProxyVersion::kV2, kIpv4),
           std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x07\xC6\x33\x64\x01\x12\x67\x01\xBB", 28));
}

TEST("the reader finds in both versions what was said") {
  for (const ProxyVersion version : {ProxyVersion::kV1, ProxyVersion::kV2}) {
    for (const ProxiedConnection& connection : {kIpv4, kIpv6}) {
      const ProxyHeader read = ReadBack(Header(version, connection));
      CHECK(read.announced);
      CHECK(read.source == connection.source);
      CHECK_EQ(read.source_port, connection.source_port);
      CHECK(!read.tls);
    }
    CHECK(!ReadBack(Header(version, {})).announced);
  }
}

TEST("only version 2 says that the client came over TLS, and of a client that it does not name too") {
  ProxiedConnection encrypted = kIpv4;
  encrypted.tls = true;
  CHECK(ReadBack(Header(ProxyVersion::kV2, encrypted)).tls);
  CHECK_EQ(Header(ProxyVersion::kV1, encrypted), Header(ProxyVersion::kV1, kIpv4));
  encrypted.source = {};
  CHECK(!ReadBack(Header(ProxyVersion::kV2, encrypted)).announced);
}

TEST("ends of two families meet in IPv6") {
  const ProxiedConnection mixed{kIpv4.source, kIpv6.destination, 1, 2};
  CHECK_EQ(Header(ProxyVersion::kV1, mixed), "PROXY TCP6 ::ffff:203.0.113.7 2001:db8::6 1 2\r\n");
  CHECK(base::Unmapped(ReadBack(Header(ProxyVersion::kV2, mixed)).source) == kIpv4.source);
}

TEST("a destination that is not known is nobody's address in the source's family") {
  CHECK_EQ(Header(ProxyVersion::kV1, {kIpv4.source, {}, 4711, 80}), "PROXY TCP4 203.0.113.7 0.0.0.0 4711 0\r\n");
  CHECK_EQ(Header(ProxyVersion::kV1, {kIpv6.source, {}, 4711, 80}), "PROXY TCP6 2001:db8::5 :: 4711 0\r\n");
}

TEST("the longest line keeps within the limit of version 1") {
  const base::IpAddress longest = Ip("1111:2222:3333:4444:5555:6666:7777:8888");
  CHECK(Header(ProxyVersion::kV1, {longest, longest, 65535, 65535}).size() <= 107);
}

TEST("a sender that connects for itself says so") {
  std::string header;
  AppendLocalProxyHeader(&header);
  CHECK_EQ(header.size(), 16u);
  CHECK(!ReadBack(header).announced);
}

}  // namespace
}  // namespace fastserve::net
