#include "native/base/ip_address.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace fastserve::base {

namespace {

static_assert(kMostIpTextBytes >= INET6_ADDRSTRLEN);

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool ParseBits(std::string_view digits, uint8_t most, uint8_t* bits) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  if (value > most) return false;
  *bits = static_cast<uint8_t>(value);
  return true;
}

// A byte in decimal with a dot behind it, copied as four bytes whatever its length.
struct ByteText {
  char text[4];
  uint8_t length;
};

constexpr std::array<ByteText, 256> kByteTexts = [] {
  std::array<ByteText, 256> texts{};
  for (int value = 0; value < 256; ++value) {
    ByteText& at = texts[static_cast<size_t>(value)];
    if (value >= 100) at.text[at.length++] = static_cast<char>('0' + value / 100);
    if (value >= 10) at.text[at.length++] = static_cast<char>('0' + value / 10 % 10);
    at.text[at.length++] = static_cast<char>('0' + value % 10);
    at.text[at.length++] = '.';
  }
  return texts;
}();

// Not inet_ntop, which goes through printf.
char* PutIpv4(const uint8_t* bytes, char* to) {
  for (int i = 0; i < 4; ++i) {
    const ByteText& byte = kByteTexts[bytes[i]];
    std::memcpy(to, byte.text, sizeof byte.text);
    to += byte.length;
  }
  return to - 1;
}

}  // namespace

char* PutIpAddress(const IpAddress& address, char* to) {
  if (address.family == 4) return PutIpv4(address.bytes, to);
  if (address.family == 0) return to;
  ::inet_ntop(AF_INET6, address.bytes, to, kMostIpTextBytes);
  return to + std::strlen(to);
}

void AppendIpAddress(const IpAddress& address, std::string* out) {
  char text[kMostIpTextBytes];
  out->append(text, PutIpAddress(address, text));
}

IpAddress Unmapped(const IpAddress& address) {
  if (address.family != 6 || std::memcmp(address.bytes, kMappedPrefix, sizeof kMappedPrefix) != 0) return address;
  IpAddress v4;
  v4.family = 4;
  std::memcpy(v4.bytes, address.bytes + sizeof kMappedPrefix, 4);
  return v4;
}

bool ParseIpAddress(std::string_view text, IpAddress* address) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return false;
  terminated[text.copy(terminated, text.size())] = '\0';
  IpAddress parsed;
  if (::inet_pton(AF_INET, terminated, parsed.bytes) == 1) {
    parsed.family = 4;
  } else if (::inet_pton(AF_INET6, terminated, parsed.bytes) == 1) {
    parsed.family = 6;
  } else {
    return false;
  }
  *address = Unmapped(parsed);
  return true;
}

IpAddress Masked(const IpAddress& address, uint8_t ipv4_bits, uint8_t ipv6_bits) {
  IpAddress masked = address;
  const uint8_t kept = address.family == 4 ? ipv4_bits : ipv6_bits;
  for (unsigned i = 0; i < sizeof masked.bytes; ++i) {
    const unsigned before = i * 8;
    if (kept >= before + 8) continue;
    masked.bytes[i] &= kept <= before ? 0 : static_cast<uint8_t>(0xFF << (before + 8 - kept));
  }
  return masked;
}

bool IpNetwork::Contains(const IpAddress& candidate) const {
  if (candidate.family != address.family || candidate.family == 0) return false;
  const size_t whole = prefix_bits / 8;
  if (std::memcmp(address.bytes, candidate.bytes, whole) != 0) return false;
  const int rest = prefix_bits % 8;
  if (rest == 0) return true;
  const int mask = 0xFF00 >> rest & 0xFF;
  return ((address.bytes[whole] ^ candidate.bytes[whole]) & mask) == 0;
}

bool ParseIpNetwork(std::string_view text, IpNetwork* network) {
  const size_t slash = text.find('/');
  IpNetwork parsed;
  if (!ParseIpAddress(text.substr(0, slash), &parsed.address)) return false;
  const uint8_t most = parsed.address.family == 4 ? 32 : 128;
  parsed.prefix_bits = most;
  if (slash != std::string_view::npos && !ParseBits(text.substr(slash + 1), most, &parsed.prefix_bits)) return false;
  *network = parsed;
  return true;
}

}  // namespace fastserve::base
