#include "native/auth/basic.h"

#include <algorithm>
#include <cstdint>

#include "native/base/bytes.h"

namespace fastserve::auth {

namespace {

int ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = ValueOf(c);
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(group >> bits & 0xFF));
  }
  return bytes;
}

std::optional<std::string> ReadBasic(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() <= kScheme.size() || !base::StartsWithIgnoreCase(authorization, kScheme)) {
    return std::nullopt;
  }
  std::optional<std::string> credentials = DecodeBase64(base::TrimOws(authorization.substr(kScheme.size())));
  if (!credentials || credentials->find(':') == std::string::npos || std::ranges::any_of(*credentials, IsControl)) return std::nullopt;
  return credentials;
}

}  // namespace fastserve::auth
