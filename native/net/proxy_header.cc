#include "native/net/proxy_header.h"

#include <algorithm>
#include <string_view>

#include "native/net/proxy_v2.h"

namespace fastserve::net {

namespace {

using base::IpAddress;

// PP2_TYPE_SSL: PP2_CLIENT_SSL, and a verify other than 0, for no certificate of the client has been verified.
constexpr std::string_view kOverTls("\x20\0\x05\x01\0\0\0\x01", 8);

IpAddress Mapped(const IpAddress& address) {
  if (address.family == 6) return address;
  IpAddress mapped{6, {}};
  mapped.bytes[10] = mapped.bytes[11] = 0xFF;
  std::copy_n(address.bytes, 4, mapped.bytes + 12);
  return mapped;
}

// Both ends in one family. The source is known.
ProxiedConnection InOneFamily(ProxiedConnection connection) {
  if (connection.destination.family == 0) {
    connection.destination.family = connection.source.family;
    connection.destination_port = 0;
  }
  if (connection.source.family == connection.destination.family) return connection;
  connection.source = Mapped(connection.source);
  connection.destination = Mapped(connection.destination);
  return connection;
}

// 2.1. A mapped address is written in the spelling of its family.
void AppendText(const IpAddress& address, std::string* out) {
  const bool is_mapped = address.family == 6 && base::Unmapped(address).family == 4;
  if (is_mapped) out->append("::ffff:");
  base::AppendIpAddress(base::Unmapped(address), out);
}

void AppendV1(const ProxiedConnection& connection, std::string* out) {
  out->append(connection.source.family == 4 ? "PROXY TCP4 " : "PROXY TCP6 ");
  AppendText(connection.source, out);
  out->append(" ");
  AppendText(connection.destination, out);
  out->append(" ").append(std::to_string(connection.source_port));
  out->append(" ").append(std::to_string(connection.destination_port)).append("\r\n");
}

void AppendNumber(size_t number, std::string* out) {
  out->push_back(static_cast<char>(number >> 8));
  out->push_back(static_cast<char>(number & 0xFF));
}

void AppendV2Fixed(uint8_t command, uint8_t family, size_t following, std::string* out) {
  out->append(proxy_v2::kSignature).push_back(static_cast<char>(command));
  out->push_back(static_cast<char>(family));
  AppendNumber(following, out);
}

void AppendV2Connection(const ProxiedConnection& connection, std::string* out) {
  const size_t address_bytes = connection.source.family == 4 ? 4 : 16;
  const uint8_t transport = connection.source.family == 4 ? proxy_v2::kTcp4 : proxy_v2::kTcp6;
  AppendV2Fixed(proxy_v2::kProxy, transport, 2 * address_bytes + 4 + (connection.tls ? kOverTls.size() : 0), out);
  for (const IpAddress* address : {&connection.source, &connection.destination}) {
    out->append(reinterpret_cast<const char*>(address->bytes), address_bytes);
  }
  AppendNumber(connection.source_port, out);
  AppendNumber(connection.destination_port, out);
}

}  // namespace

void AppendProxyHeader(ProxyVersion version, const ProxiedConnection& connection, std::string* out) {
  const bool is_known = connection.source.family != 0;
  if (version == ProxyVersion::kV1) {
    if (is_known) AppendV1(InOneFamily(connection), out);
    else out->append("PROXY UNKNOWN\r\n");
    return;
  }
  if (is_known) AppendV2Connection(InOneFamily(connection), out);
  else AppendV2Fixed(proxy_v2::kProxy, proxy_v2::kUnspecified, connection.tls ? kOverTls.size() : 0, out);
  if (connection.tls) out->append(kOverTls);
}

void AppendLocalProxyHeader(std::string* out) { AppendV2Fixed(proxy_v2::kLocal, proxy_v2::kUnspecified, 0, out); }

}  // namespace fastserve::net
