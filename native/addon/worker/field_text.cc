#include "native/addon/worker/field_text.h"

namespace fastserve::addon {

namespace {

// From UTF-8 to one byte a character, in place. Only U+0080 to U+00FF have two bytes that begin with 0xC2 or 0xC3 (RFC 3629 3).
bool NarrowToLatin1(std::string* text) {
  size_t to = 0;
  for (size_t from = 0; from < text->size(); from++) {
    auto byte = static_cast<unsigned char>((*text)[from]);
    if (byte >= 0x80) {
      if (byte != 0xC2 && byte != 0xC3) return false;
      byte = static_cast<unsigned char>((byte & 0x03) << 6 | (static_cast<unsigned char>((*text)[++from]) & 0x3F));
    }
    (*text)[to++] = static_cast<char>(byte);
  }
  text->resize(to);
  return true;
}

}  // namespace

FieldTextStatus ReadFieldText(napi_env env, napi_value value, size_t limit, std::string* out) {
  size_t units = 0;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &units) != napi_ok) return FieldTextStatus::kNoString;
  if (units > limit) return FieldTextStatus::kTooLong;
  out->resize(units * 3 + 1);  // and the terminator that Node-API writes
  size_t size = 0;
  napi_get_value_string_utf8(env, value, out->data(), out->size(), &size);
  out->resize(size);
  if (size == units || NarrowToLatin1(out)) return FieldTextStatus::kOk;
  return FieldTextStatus::kBeyondLatin1;
}

}  // namespace fastserve::addon
