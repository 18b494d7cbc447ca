#include "native/net/proxy_protocol.h"

#include <string>

#include "test/native/testing.h"

namespace {

using namespace fastserve;
using net::ParseProxyHeader;
using net::ProxyHeader;
using net::ProxyStatus;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string V2(uint8_t command, uint8_t transport, const std::string& payload) {
  std::string header = kSignature;
  header += static_cast<char>(command);
  header += static_cast<char>(transport);
  header += static_cast<char>(payload.size() >> 8);
  header += static_cast<char>(payload.size() & 0xFF);
  return header + payload;
}

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

const std::string kTcp4 = Bytes({192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x67, 0x01, 0xBB});

ProxyStatus Parse(const std::string& bytes, ProxyHeader* header) { return ParseProxyHeader(bytes, header); }
bool IsBad(const std::string& bytes) {
  ProxyHeader header;
  return Parse(bytes, &header) == ProxyStatus::kBad;
}

// Every beginning is partial, the whole is done, and what follows changes nothing.
ProxyHeader DoneAtEverySplit(const std::string& bytes) {
  ProxyHeader header;
  for (size_t split = 0; split < bytes.size(); ++split) CHECK(Parse(bytes.substr(0, split), &header) == ProxyStatus::kPartial);
  for (const char* rest : {"", "GET / HTTP/1.1\r\n\r\n", "PROXY "}) {
    CHECK(Parse(bytes + rest, &header) == ProxyStatus::kDone);
    CHECK_EQ(header.length, bytes.size());
  }
  return header;
}

TEST("version 1 announces TCP over both families") {
  const ProxyHeader v4 = DoneAtEverySplit("PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n");
  CHECK(v4.announced);
  CHECK_EQ(v4.source.family, 4);
  CHECK_EQ(v4.source.bytes[3], 1);
  CHECK_EQ(v4.source_port, 4711);
  const ProxyHeader v6 = DoneAtEverySplit("PROXY TCP6 2001:db8::5 2001:db8::6 0 65535\r\n");
  CHECK(v6.announced);
  CHECK_EQ(v6.source.family, 6);
  CHECK_EQ(v6.source.bytes[15], 5);
}

TEST("version 1 UNKNOWN keeps the socket's address, whatever follows it") {
  CHECK(!DoneAtEverySplit("PROXY UNKNOWN\r\n").announced);
  CHECK(!DoneAtEverySplit("PROXY UNKNOWN ffff::1 any thing 1 2 3\r\n").announced);
}

TEST("version 1 lines that are not exactly so are refused") {
  for (const char* line : {
           "PROXY TCP4 192.0.2.1 198.51.100.1 4711\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443 \r\n",
           "PROXY  TCP4 192.0.2.1 198.51.100.1 4711 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\n",
           "PROXY TCP4 192.0.2.1 198.51.100.1 4711 65536\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 04711 443\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.1 -1 443\r\n", "PROXY TCP4 192.0.2.256 198.51.100.1 1 443\r\n",
           "PROXY TCP4 ::1 ::1 1 443\r\n", "PROXY TCP6 192.0.2.1 198.51.100.1 1 443\r\n", "PROXY UDP4 192.0.2.1 1.1.1.1 1 1\r\n",
           "PROXY tcp4 192.0.2.1 198.51.100.1 4711 443\r\n", "PROXY \r\n", "PROXY UNKNOWNX\r\n",
           "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r \n", "PROXY UNKNOWN\rx\r\n", "GET / HTTP/1.1\r\n", "proxy TCP4 ", "PROXYX"}) {
    CHECK(IsBad(line));
  }
}

TEST("a version 1 line has at most 107 bytes") {
  const std::string start = "PROXY UNKNOWN ";
  ProxyHeader header;
  CHECK(Parse(start + std::string(107 - 2 - start.size(), 'x') + "\r\n", &header) == ProxyStatus::kDone);
  CHECK(IsBad(start + std::string(108 - 2 - start.size(), 'x') + "\r\n"));
  CHECK(Parse(start + std::string(106 - start.size(), 'x'), &header) == ProxyStatus::kPartial);
  CHECK(IsBad(start + std::string(107 - start.size(), 'x')));
}

TEST("version 2 announces TCP over both families") {
  const ProxyHeader v4 = DoneAtEverySplit(V2(0x21, 0x11, kTcp4));
  CHECK(v4.announced && !v4.tls);
  CHECK_EQ(v4.source.family, 4);
  CHECK_EQ(v4.source.bytes[0], 192);
  CHECK_EQ(v4.source_port, 0x1267);
  std::string addresses(36, '\0');
  addresses[0] = 0x20;
  addresses[15] = 7;
  addresses[33] = 80;
  const ProxyHeader v6 = DoneAtEverySplit(V2(0x21, 0x21, addresses));
  CHECK_EQ(v6.source.family, 6);
  CHECK_EQ(v6.source.bytes[15], 7);
  CHECK_EQ(v6.source_port, 80);
}

TEST("version 2 announces unix sockets without an address") {
  const ProxyHeader header = DoneAtEverySplit(V2(0x21, 0x31, std::string(216, 'p')));
  CHECK(header.announced);
  CHECK_EQ(header.source.family, 0);
}

TEST("version 2 LOCAL and UNSPEC keep the socket's address") {
  CHECK(!DoneAtEverySplit(V2(0x20, 0x00, "")).announced);
  CHECK(!DoneAtEverySplit(V2(0x20, 0x11, kTcp4)).announced);
  CHECK(!DoneAtEverySplit(V2(0x20, 0xFF, "abc")).announced);
  CHECK(!DoneAtEverySplit(V2(0x21, 0x00, "whatever")).announced);
}

TEST("version 2 says whether the client used TLS") {
  const std::string with_tls = Bytes({0x20, 0, 5, 1, 0, 0, 0, 0});
  const std::string without = Bytes({0x20, 0, 5, 0, 0, 0, 0, 0});
  const std::string other = Bytes({0x04, 0, 2, 'x', 'y'});
  CHECK(DoneAtEverySplit(V2(0x21, 0x11, kTcp4 + other + with_tls)).tls);
  CHECK(!DoneAtEverySplit(V2(0x21, 0x11, kTcp4 + without + other)).tls);
}

TEST("version 2 headers that are not exactly so are refused") {
  CHECK(IsBad(V2(0x11, 0x11, kTcp4)));                    // version 1 in the binary form
  CHECK(IsBad(V2(0x22, 0x11, kTcp4)));                    // an unknown command
  CHECK(IsBad(V2(0x21, 0x12, kTcp4)));                    // UDP
  CHECK(IsBad(V2(0x21, 0x10, kTcp4)));
  CHECK(IsBad(V2(0x21, 0x41, kTcp4)));
  CHECK(IsBad(V2(0x21, 0x11, kTcp4.substr(1))));          // too short for its addresses
  CHECK(IsBad(V2(0x21, 0x21, kTcp4)));
  CHECK(IsBad(V2(0x21, 0x11, kTcp4 + "x")));              // half a TLV
  CHECK(IsBad(V2(0x21, 0x11, kTcp4 + Bytes({4, 0, 9}))));  // a TLV beyond the header
  CHECK(IsBad(V2(0x21, 0x11, kTcp4 + Bytes({0x20, 0, 1, 1}))));
  CHECK(IsBad("\r\n\r\nX"));
  CHECK(IsBad("\r\n\r\nGET / HTTP/1.1\r\n"));
}

TEST("a version 2 header beyond 4 KiB is refused before it arrives") {
  const std::string most = V2(0x20, 0, std::string(4080, 'x'));
  ProxyHeader header;
  CHECK(Parse(most, &header) == ProxyStatus::kDone);
  CHECK(IsBad(V2(0x20, 0, std::string(4081, 'x')).substr(0, 16)));
}

}  // namespace
