// Small helpers on byte strings. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fastserve::base {

// As std::memcpy, by the C library's code also where the size is known: of a few hundred bytes the compiler would make a string
// instruction, whose start alone takes several times as long.
inline void CopyByCall(void* to, const void* from, size_t size) {
  __asm__("" : "+r"(size));
  std::memcpy(to, from, size);
}

// ASCII only: bytes above 0x7F are returned unchanged.
constexpr char ToLowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Eight bytes at once, as ToLowerAscii.
constexpr uint64_t ToLowerAscii8(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t low_bits = word & (0x7F * kOnes);
  // The high bit of a byte is set: its low bits are 'A' or more; are more than 'Z'.
  const uint64_t from_a = low_bits + (0x80 - 'A') * kOnes;
  const uint64_t behind_z = low_bits + (0x7F - 'Z') * kOnes;
  return word | ((from_a ^ behind_z) & ~word & (0x80 * kOnes)) >> 2;
}

// Case-insensitive comparison in ASCII, as RFC 9110 5.1 asks for field names and tokens.
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= 8) {
    const auto equal = [&](size_t at) {
      uint64_t of_a, of_b;
      std::memcpy(&of_a, a.data() + at, 8);
      std::memcpy(&of_b, b.data() + at, 8);
      return ToLowerAscii8(of_a) == ToLowerAscii8(of_b);
    };
    for (size_t at = 0; at + 8 < a.size(); at += 8) {
      if (!equal(at)) return false;
    }
    return equal(a.size() - 8);
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (ToLowerAscii(a[i]) != ToLowerAscii(b[i])) return false;
  }
  return true;
}

inline bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

// Whether `name` is one of `names`, a range of texts, in any case.
template <typename Names>
bool ContainsIgnoreCase(const Names& names, std::string_view name) {
  return std::ranges::any_of(names, [name](std::string_view one) { return EqualsIgnoreCase(name, one); });
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

// As Put, in lower case (ASCII). `to` does not lie within `bytes`.
inline char* PutLower(char* to, std::string_view bytes) {
  const size_t size = bytes.size();
  const auto put8 = [&](size_t at) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word = ToLowerAscii8(word);
    std::memcpy(to + at, &word, sizeof word);
  };
  if (size < sizeof(uint64_t)) {
    for (size_t i = 0; i < size; ++i) to[i] = ToLowerAscii(bytes[i]);
  } else {
    for (size_t at = 0; at + sizeof(uint64_t) < size; at += sizeof(uint64_t)) put8(at);
    put8(size - sizeof(uint64_t));  // may lie over the one before
  }
  return to + size;
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
