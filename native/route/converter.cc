#include "native/route/converter.h"

#include <array>

namespace fastserve::route {
namespace {

constexpr std::array<std::string_view, kConverterCount> kConverterNames = {"int", "str", "slug", "uuid", "path"};

ByteSet Only(std::string_view bytes) {
  ByteSet set;
  for (const char byte : bytes) set.set(static_cast<uint8_t>(byte));
  return set;
}

}  // namespace

std::optional<Converter> FindConverter(std::string_view name) {
  for (int i = 0; i < kConverterCount; ++i) {
    if (kConverterNames[i] == name) return static_cast<Converter>(i);
  }
  return std::nullopt;
}

ByteSet BytesOf(Converter converter) {
  switch (converter) {
    case Converter::kInt: return Only("0123456789");
    case Converter::kStr: return ~Only("/");
    case Converter::kSlug: return Only("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    case Converter::kUuid: return Only("-0123456789abcdef");
    case Converter::kPath: return ~Only("\n");
  }
  return {};
}

bool IsUuid(const char* text) {
  for (uint32_t i = 0; i < kUuidBytes; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (hyphen ? text[i] != '-' : !hex) return false;
  }
  return true;
}

}  // namespace fastserve::route
