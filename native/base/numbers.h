// Numbers as text. Pure functions, any thread.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>

namespace fastserve::base {

// Appends an integer in decimal.
template <typename Integer>
void AppendNumber(Integer value, std::string* out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out->append(digits, static_cast<size_t>(end - digits));
}

}  // namespace fastserve::base
