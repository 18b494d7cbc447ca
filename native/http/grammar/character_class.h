// The byte classes of RFC 9110, 9112 and 3986 as one table of bits. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>

namespace fastserve::http {

enum ByteClass : uint8_t {
  kTokenByte = 1,        // tchar, RFC 9110 5.6.2
  kTargetByte = 2,       // what may stand in a request-target: visible ASCII but "#" (RFC 9112 3.2)
  kFieldValueByte = 4,   // HTAB, SP, VCHAR, obs-text: RFC 9110 5.5
  kRegNameByte = 8,      // unreserved and sub-delims of RFC 3986 2; "%" is checked where it is read
  kQuotedTextByte = 16,  // qdtext, RFC 9110 5.6.4
  kEntityTagByte = 32,   // etagc, RFC 9110 8.8.3
};

namespace internal {

constexpr bool IsOneOf(int byte, const char* set) {
  for (; *set != '\0'; ++set) {
    if (*set == byte) return true;
  }
  return false;
}

constexpr uint8_t ClassesOf(int byte) {
  const bool alphanumeric =
      (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
  const bool visible = byte > ' ' && byte < 0x7F;
  const bool text = byte == '\t' || byte == ' ' || visible || byte >= 0x80;
  uint8_t classes = 0;
  if (alphanumeric || IsOneOf(byte, "!#$%&'*+-.^_`|~")) classes |= kTokenByte;
  if (visible && byte != '#') classes |= kTargetByte;
  if (text) classes |= kFieldValueByte;
  if (alphanumeric || IsOneOf(byte, "-._~!$&'()*+,;=")) classes |= kRegNameByte;
  if (text && byte != '"' && byte != '\\') classes |= kQuotedTextByte;
  if ((visible && byte != '"') || byte >= 0x80) classes |= kEntityTagByte;
  return classes;
}

constexpr std::array<uint8_t, 256> MakeByteClasses() {
  std::array<uint8_t, 256> table{};
  for (int byte = 0; byte < 256; ++byte) table[byte] = ClassesOf(byte);
  return table;
}

inline constexpr std::array<uint8_t, 256> kByteClasses = MakeByteClasses();

}  // namespace internal

// True when `byte` belongs to the class.
inline bool Is(ByteClass wanted, char byte) {
  return (internal::kByteClasses[static_cast<uint8_t>(byte)] & wanted) != 0;
}

// The first byte of [at, end) outside the class, or `end`.
inline const char* SkipClass(ByteClass wanted, const char* at, const char* end) {
  while (at != end && Is(wanted, *at)) ++at;
  return at;
}

}  // namespace fastserve::http
