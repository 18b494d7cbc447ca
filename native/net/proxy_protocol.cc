#include "native/net/proxy_protocol.h"

#include <algorithm>
#include <cstring>

#include "native/base/bytes.h"
#include "native/net/proxy_v2.h"

namespace fastserve::net {

namespace {

constexpr std::string_view kV1Start = "PROXY ";
constexpr size_t kV1MaxBytes = 107;  // 2.1, the line's end included
constexpr size_t kV2FixedBytes = 16;

// True when `input` is the beginning of `expected` or begins with it.
bool Fits(std::string_view input, std::string_view expected) {
  const size_t length = std::min(input.size(), expected.size());
  return input.substr(0, length) == expected.substr(0, length);
}

// ---- version 1 ------------------------------------------------------------------------------------------------------

// Takes the text before the next space, or all that is left.
std::string_view TakeWord(std::string_view* rest) {
  const size_t space = std::min(rest->find(' '), rest->size());
  const std::string_view word = rest->substr(0, space);
  rest->remove_prefix(std::min(space + 1, rest->size()));
  return word;
}

// 2.1: decimal without leading zeros.
bool ParsePort(std::string_view digits, uint16_t* port) {
  const bool has_leading_zero = digits.size() > 1 && digits[0] == '0';
  return !has_leading_zero && base::ParsePort(digits, port);
}

// An address in the spelling of its family. "::ffff:1.2.3.4" under TCP6 gives the IPv4 address.
bool ParseAddress(std::string_view text, bool v6, base::IpAddress* address) {
  const bool spelled_v6 = text.find(':') != std::string_view::npos;
  return spelled_v6 == v6 && base::ParseIpAddress(text, address);
}

// The line without "PROXY " and CRLF.
bool ReadV1Line(std::string_view rest, ProxyHeader* header) {
  const auto spaces = std::count(rest.begin(), rest.end(), ' ');
  const std::string_view family = TakeWord(&rest);
  if (family == "UNKNOWN") return true;  // 2.1: the rest of the line is not looked at
  if ((family != "TCP4" && family != "TCP6") || spaces != 4) return false;
  const bool v6 = family == "TCP6";
  const std::string_view source = TakeWord(&rest), destination = TakeWord(&rest);
  const std::string_view source_port = TakeWord(&rest), destination_port = TakeWord(&rest);
  base::IpAddress ignored_address;
  uint16_t ignored_port;
  header->announced = true;
  return ParseAddress(source, v6, &header->source) && ParseAddress(destination, v6, &ignored_address) &&
         ParsePort(source_port, &header->source_port) && ParsePort(destination_port, &ignored_port);
}

ProxyStatus ParseV1(std::string_view input, ProxyHeader* header) {
  const std::string_view window = input.substr(0, kV1MaxBytes);
  const size_t line_feed = window.find('\n');
  const size_t carriage_return = window.find('\r');
  if (line_feed == std::string_view::npos) {
    if (window.size() == kV1MaxBytes) return ProxyStatus::kBad;
    const bool may_end = carriage_return == std::string_view::npos || carriage_return + 1 == window.size();
    return may_end ? ProxyStatus::kPartial : ProxyStatus::kBad;
  }
  if (carriage_return + 1 != line_feed) return ProxyStatus::kBad;
  const std::string_view line = window.substr(kV1Start.size(), carriage_return - kV1Start.size());
  if (!ReadV1Line(line, header)) return ProxyStatus::kBad;
  header->length = line_feed + 1;
  return ProxyStatus::kDone;
}

// ---- version 2 ------------------------------------------------------------------------------------------------------

uint8_t ByteAt(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }
uint16_t Number16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(ByteAt(bytes, at) << 8 | ByteAt(bytes, at + 1));
}

constexpr size_t kUnixAddressBytes = 108;

size_t AddressBytes(uint8_t transport) {
  switch (transport) {
    case proxy_v2::kTcp4: return 2 * 4 + 4;
    case proxy_v2::kTcp6: return 2 * 16 + 4;
    case proxy_v2::kUnixStream: return 2 * kUnixAddressBytes;
    default: return 0;
  }
}

void ReadAddresses(uint8_t transport, std::string_view bytes, ProxyHeader* header) {
  if (transport == proxy_v2::kUnixStream) return;
  const size_t width = transport == proxy_v2::kTcp4 ? 4 : 16;
  base::IpAddress source;
  source.family = transport == proxy_v2::kTcp4 ? 4 : 6;
  std::memcpy(source.bytes, bytes.data(), width);
  header->source = base::Unmapped(source);
  header->source_port = Number16(bytes, 2 * width);
}

// 2.2.6: a byte of flags, four of the verification's result, then TLVs of its own.
bool ReadSsl(std::string_view value, ProxyHeader* header) {
  if (value.size() < 5) return false;
  header->tls = (ByteAt(value, 0) & proxy_v2::kClientSsl) != 0;
  return true;
}

bool ReadTlvs(std::string_view rest, ProxyHeader* header) {
  while (!rest.empty()) {
    if (rest.size() < 3) return false;
    const size_t length = Number16(rest, 1);
    if (rest.size() - 3 < length) return false;
    if (ByteAt(rest, 0) == proxy_v2::kTypeSsl && !ReadSsl(rest.substr(3, length), header)) return false;
    rest.remove_prefix(3 + length);
  }
  return true;
}

// False for what stands in the fixed part and can never be right.
bool IsFixedPartGood(std::string_view input) {
  if (input.size() > 12 && ByteAt(input, 12) != proxy_v2::kLocal && ByteAt(input, 12) != proxy_v2::kProxy) return false;
  if (input.size() < kV2FixedBytes) return true;
  const size_t length = Number16(input, 14);
  if (kV2FixedBytes + length > kMaxProxyHeaderBytes) return false;
  if (ByteAt(input, 12) == proxy_v2::kLocal) return true;  // 2.2: family and addresses are not looked at
  const uint8_t transport = ByteAt(input, 13);
  const bool known = transport == proxy_v2::kUnspecified || AddressBytes(transport) > 0;
  return known && length >= AddressBytes(transport);
}

ProxyStatus ParseV2(std::string_view input, ProxyHeader* header) {
  if (!IsFixedPartGood(input)) return ProxyStatus::kBad;
  if (input.size() < kV2FixedBytes) return ProxyStatus::kPartial;
  const size_t length = kV2FixedBytes + Number16(input, 14);
  if (input.size() < length) return ProxyStatus::kPartial;
  header->length = length;
  const uint8_t transport = ByteAt(input, 13);
  if (ByteAt(input, 12) == proxy_v2::kLocal || transport == proxy_v2::kUnspecified) return ProxyStatus::kDone;
  const std::string_view payload = input.substr(kV2FixedBytes, length - kV2FixedBytes);
  header->announced = true;
  ReadAddresses(transport, payload, header);
  return ReadTlvs(payload.substr(AddressBytes(transport)), header) ? ProxyStatus::kDone : ProxyStatus::kBad;
}

}  // namespace

ProxyStatus ParseProxyHeader(std::string_view input, ProxyHeader* header) {
  *header = {};
  if (input.empty()) return ProxyStatus::kPartial;
  if (Fits(input, kV1Start)) return input.size() < kV1Start.size() ? ProxyStatus::kPartial : ParseV1(input, header);
  if (!Fits(input, proxy_v2::kSignature)) return ProxyStatus::kBad;
  return input.size() < proxy_v2::kSignature.size() ? ProxyStatus::kPartial : ParseV2(input, header);
}

}  // namespace fastserve::net
