// Lengths written in decimal digits. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::http {

constexpr uint64_t kMaxLength = INT64_MAX;  // leaves room for sums of two lengths in 64 bits

// 1*DIGIT up to kMaxLength, leading zeros allowed (RFC 9110 8.6). False for anything else; *value is then untouched.
inline bool ParseDecimal(std::string_view digits, uint64_t* value) {
  if (digits.empty()) return false;
  uint64_t sum = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (sum >= kMaxLength / 10 && (sum > kMaxLength / 10 || digit > kMaxLength % 10)) return false;
    sum = sum * 10 + digit;
  }
  *value = sum;
  return true;
}

}  // namespace fastserve::http
