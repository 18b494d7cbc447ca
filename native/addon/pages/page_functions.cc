#include "native/addon/pages/page_functions.h"

#include <memory>

#include "native/addon/pages/page_payload.h"
#include "native/addon/pages/page_record.h"
#include "native/addon/pages/template_tables.h"
#include "native/template/page_tag.h"

namespace fastserve::addon {

namespace {

// The first two arguments of assemblePage.
const templates::LiteralTable& Take(const Napi::CallbackInfo& info, PagePayload* payload) {
  const Napi::Env env = info.Env();
  const templates::LiteralTable* table = info[0].IsNumber() ? HeldTable(info[0].As<Napi::Number>().Uint32Value()) : nullptr;
  if (table == nullptr) {
    throw Napi::TypeError::New(env, "no such templates: this thread has not registered them, or has released them");
  }
  if (!payload->Read(env, info[1])) throw Napi::TypeError::New(env, "a payload is a string or a Uint8Array");
  return *table;
}

// A string as UTF-8, or the bytes of a Uint8Array, where they are. False for anything else.
bool ReadContent(napi_env env, napi_value value, PagePayload* payload, std::string_view* content) {
  napi_typedarray_type type;
  size_t size = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &size, &data, nullptr, nullptr) == napi_ok && type == napi_uint8_array) {
    *content = {static_cast<const char*>(data), size};
    return true;
  }
  if (!payload->Read(env, value)) return false;
  *content = payload->text();
  return true;
}

}  // namespace

Napi::Value AssemblePage(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  PagePayload payload;
  const templates::LiteralTable& table = Take(info, &payload);
  if (!info[2].IsNumber()) throw Napi::TypeError::New(env, "expected (table, payload, tokens)");
  const uint32_t tokens = info[2].As<Napi::Number>().Uint32Value();
  std::unique_ptr<char[]> page;
  const int64_t size = AssembleInto({table, payload.text(), tokens}, [&](size_t capacity) {
    page.reset(new char[capacity]);
    return std::span<char>(page.get(), capacity);
  });
  if (size < 0) return Napi::Number::New(env, static_cast<double>(size));
  return Napi::Buffer<char>::Copy(env, page.get(), static_cast<size_t>(size));
}

// Plain Node-API: this is asked for with every page of conditionalGet(), and the wrappers cost a third of it.
napi_value MakePageTag(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  uint32_t id = 0;
  const bool is_given = count == 2 && napi_get_value_uint32(env, arguments[0], &id) == napi_ok;
  const templates::LiteralTable* table = is_given ? HeldTable(id) : nullptr;
  PagePayload payload;
  std::string_view content;
  if (table == nullptr || !ReadContent(env, arguments[1], &payload, &content)) {
    napi_throw_type_error(env, nullptr, "expected (table, content): one that this thread has registered, a string or a Uint8Array");
    return nullptr;
  }
  const templates::PageTag tag(*table, content);
  napi_value text = nullptr;
  napi_create_string_latin1(env, tag.text().data(), tag.text().size(), &text);
  return text;
}

}  // namespace fastserve::addon
