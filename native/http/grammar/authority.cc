// Host and port syntax, checked byte by byte.
#include "native/http/grammar/authority.h"

#include "native/base/bytes.h"
#include "native/http/grammar/character_class.h"

namespace fastserve::http {

namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// dec-octet "." dec-octet "." dec-octet "." dec-octet: no leading zeros, each up to 255.
bool IsIpv4(std::string_view text) {
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (text.empty() || text.front() != '.') return false;
      text.remove_prefix(1);
    }
    size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && IsDigit(text[digits])) value = value * 10 + (text[digits++] - '0');
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
  }
  return text.empty();
}

// Groups of 1 to 4 hexadecimal digits parted by ":", the last two may be an IPv4 address. -1 when it is no such list.
// An empty text is no group.
int CountIpv6Groups(std::string_view text, bool ipv4_allowed) {
  int groups = 0;
  while (!text.empty()) {
    const size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && ipv4_allowed && IsIpv4(group)) return groups + 2;
    if (group.empty() || group.size() > 4) return -1;
    for (const char c : group) {
      if (base::HexDigit(c) < 0) return -1;
    }
    ++groups;
    if (colon == std::string_view::npos) return groups;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;
  }
  return groups;
}

// RFC 3986 3.2.2: eight groups, or fewer around one "::" that stands for at least one group.
bool IsIpv6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) return CountIpv6Groups(text, true) == 8;
  const int before = CountIpv6Groups(text.substr(0, gap), false);
  const int after = CountIpv6Groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after <= 7;
}

bool IsPort(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return false;
    value = value * 10 + static_cast<uint32_t>(c - '0');
    if (value > 65535) return false;
  }
  return true;
}

// How many bytes of `text` are a reg-name (IPv4 addresses are reg-names too); npos when an escape is broken.
size_t RegNameLength(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* at = SkipClass(kRegNameByte, text.data(), end);
  while (at != end && *at == '%') {
    if (end - at < 3 || base::HexDigit(at[1]) < 0 || base::HexDigit(at[2]) < 0) return std::string_view::npos;
    at = SkipClass(kRegNameByte, at + 3, end);
  }
  return static_cast<size_t>(at - text.data());
}

// The length of the host at the start of `text`, 0 when there is no valid one.
size_t HostLength(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const size_t close = text.find(']');
    if (close == std::string_view::npos || !IsIpv6(text.substr(1, close - 1))) return 0;
    return close + 1;
  }
  const size_t length = RegNameLength(text);
  return length == std::string_view::npos ? 0 : length;
}

}  // namespace

bool IsAuthority(std::string_view text, PortRule rule) {
  const size_t host = HostLength(text);
  if (host == 0) return false;
  text.remove_prefix(host);
  if (text.empty()) return rule == PortRule::kOptional;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  if (text.empty()) return rule == PortRule::kOptional;
  return IsPort(text);
}

}  // namespace fastserve::http
