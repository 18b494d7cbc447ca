// Field blocks out of JavaScript strings: one byte for each character. The thread of `env`.
#pragma once

#include <node_api.h>

#include <string>

namespace fastserve::addon {

enum class FieldTextStatus {
  kOk,
  kNoString,
  kTooLong,
  // A character beyond U+00FF, which no field can carry (RFC 9110 5.5).
  kBeyondLatin1,
};

// Reads a string of at most `limit` characters into *out, whose memory is used again. What Node-API gives as Latin-1 would lack the upper bits of characters
// beyond U+00FF, which makes other fields of them; so the text is read as UTF-8, which for ASCII is the same.
FieldTextStatus ReadFieldText(napi_env env, napi_value value, size_t limit, std::string* out);

}  // namespace fastserve::addon
