// Small helpers on byte strings. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fastserve::base {

// ASCII only: bytes above 0x7F are returned unchanged.
constexpr char ToLowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Case-insensitive comparison in ASCII, as RFC 9110 5.1 asks for field names and tokens.
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (ToLowerAscii(a[i]) != ToLowerAscii(b[i])) return false;
  }
  return true;
}

// The value of one hexadecimal digit, or -1.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `value` without the spaces and tabs around it: OWS of RFC 9110 5.6.3.
inline std::string_view TrimOws(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

// Appends all parts. The length of a literal is known here: std::string::append would count it each time.
template <typename... Parts>
void AppendAll(std::string* out, const Parts&... parts) {
  (out->append(std::string_view(parts)), ...);
}

// Copies `bytes` to `to`, where there is room for them; returns what is behind.
inline char* Put(char* to, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());  // an empty view may be null
  return to + bytes.size();
}

// The same in lower case (ASCII). Blocks of a fixed size, which the compiler turns into vector instructions.
inline char* PutLower(char* to, std::string_view bytes) {
  constexpr size_t kBlock = 8;
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) {
    for (size_t k = 0; k < kBlock; ++k) to[i + k] = ToLowerAscii(bytes[i + k]);
  }
  for (; i < bytes.size(); ++i) to[i] = ToLowerAscii(bytes[i]);
  return to + bytes.size();
}

// A port from 0 to 65535 in at most five decimal digits, leading zeros among them. False, with *port untouched, for all else.
inline bool ParsePort(std::string_view digits, uint16_t* port) {
  if (digits.empty() || digits.size() > 5) return false;
  uint32_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  if (value > 65535) return false;
  *port = static_cast<uint16_t>(value);
  return true;
}

}  // namespace fastserve::base
