#include "native/http/response/bandwidth.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/decimal.h"

namespace fastserve::http {

namespace {

constexpr std::string_view kAfter = "after=";
constexpr uint64_t kMost = uint64_t{1} << 40;  // in both: products with milliseconds stay within 64 bits

bool ParseBytes(std::string_view digits, int64_t* bytes) {
  uint64_t value = 0;
  if (!ParseDecimal(digits, &value)) return false;
  *bytes = static_cast<int64_t>(std::min(value, kMost));
  return true;
}

}  // namespace

void Bandwidth::Apply(const LimitRate& said) {
  if (said.bytes_per_s != LimitRate::kUnsaid) bytes_per_s = static_cast<uint64_t>(said.bytes_per_s);
  if (said.after != LimitRate::kUnsaid) after = static_cast<uint64_t>(said.after);
}

bool ParseLimitRate(std::string_view value, LimitRate* rate) {
  const size_t semicolon = std::min(value.find(';'), value.size());
  const std::string_view bytes = base::TrimOws(value.substr(0, semicolon));
  LimitRate said;
  if (base::EqualsIgnoreCase(bytes, "off")) said.bytes_per_s = 0;
  else if (!ParseBytes(bytes, &said.bytes_per_s)) return false;
  if (semicolon < value.size()) {
    const std::string_view parameter = base::TrimOws(value.substr(semicolon + 1));
    if (!base::StartsWithIgnoreCase(parameter, kAfter)) return false;
    if (!ParseBytes(parameter.substr(kAfter.size()), &said.after)) return false;
  }
  *rate = said;
  return true;
}

}  // namespace fastserve::http
