#include "native/addon/page_functions.h"

#include <memory>

#include "native/addon/page_payload.h"
#include "native/addon/page_record.h"
#include "native/addon/template_tables.h"
#include "native/template/page_tag.h"

namespace fastserve::addon {

namespace {

// The first two arguments of both functions.
const templates::LiteralTable& Take(const Napi::CallbackInfo& info, PagePayload* payload) {
  const Napi::Env env = info.Env();
  const templates::LiteralTable* table = info[0].IsNumber() ? HeldTable(info[0].As<Napi::Number>().Uint32Value()) : nullptr;
  if (table == nullptr) {
    throw Napi::TypeError::New(env, "no such templates: this thread has not registered them, or has released them");
  }
  if (!payload->Read(env, info[1])) throw Napi::TypeError::New(env, "a payload is a string");
  return *table;
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

Napi::Value MakePageTag(const Napi::CallbackInfo& info) {
  PagePayload payload;
  const templates::LiteralTable& table = Take(info, &payload);
  const templates::PageTag tag(table, payload.text());
  return Napi::String::New(info.Env(), std::string(tag.text()));
}

}  // namespace fastserve::addon
