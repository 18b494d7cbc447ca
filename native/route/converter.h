// The five built-in converters of Django's path() language: which bytes a value may hold. Pure functions, any thread.
//
// The same expressions as django.urls.converters: int [0-9]+, str [^/]+, slug [-a-zA-Z0-9_]+, path .+ (which, in
// Python's re, is every character but the line feed), uuid 8-4-4-4-12 lower-case hexadecimal digits.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fastserve::route {

enum class Converter : uint8_t { kInt, kStr, kSlug, kUuid, kPath };
constexpr int kConverterCount = 5;
constexpr uint32_t kUuidBytes = 36;  // the only converter of fixed length; the others take one byte or more

using ByteSet = std::bitset<256>;

// The converter that path() calls `name`, or nothing.
std::optional<Converter> FindConverter(std::string_view name);

// The bytes that a value may hold.
ByteSet BytesOf(Converter converter);

// Whether the kUuidBytes bytes at `text` are a UUID in lower case.
bool IsUuid(const char* text);

}  // namespace fastserve::route
