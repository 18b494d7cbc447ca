#include "native/observe/trace_context.h"

#include <algorithm>

namespace fastserve::observe {

namespace {

constexpr size_t kLength = 55;

bool IsHex(std::string_view digits) {
  return std::ranges::all_of(digits, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view digits) {
  return IsHex(digits) && digits.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool IsTraceParent(std::string_view value) {
  if (value.size() < kLength || value[2] != '-' || value[35] != '-' || value[52] != '-') return false;
  const std::string_view version = value.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  if (value.size() > kLength && (version == "00" || value[kLength] != '-')) return false;
  return IsId(value.substr(3, 32)) && IsId(value.substr(36, 16)) && IsHex(value.substr(53, 2));
}

}  // namespace fastserve::observe
