#include "native/addon/pages/template_tables.h"

#include <string>
#include <utility>
#include <vector>

#include "native/addon/convert/values.h"
#include "native/template/page_tag.h"
#include "native/template/table_registry.h"

namespace fastserve::addon {

namespace {

struct Holding {
  templates::RegisteredTable registered;
  uint32_t count;
};

// A few: one for each template environment of the thread. What a thread still holds goes with it.
std::vector<Holding>& Holdings() {
  static thread_local std::vector<Holding> holdings;
  return holdings;
}

[[noreturn]] void RefuseTable(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, "registerTemplates: " + what); }

std::string BytesOrText(Napi::Env env, const Napi::Value& value) {
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  size_t size = 0;
  if (!value.IsTypedArray()) RefuseTable(env, "bytes must be a Uint8Array or a string");
  const uint8_t* bytes = BytesOf(value, &size);
  return {reinterpret_cast<const char*>(bytes), size};
}

templates::TableContent::Segment SegmentFrom(Napi::Env env, const Napi::Value& literal) {
  if (!literal.IsObject()) RefuseTable(env, "a literal is { bytes, mode }");
  const auto object = literal.As<Napi::Object>();
  const Napi::Value mode = object.Get("mode");
  const double number = mode.IsNumber() ? mode.As<Napi::Number>().DoubleValue() : -1;
  if (number != 0 && number != 1) RefuseTable(env, "mode must be 0 (escape) or 1 (raw)");
  return {BytesOrText(env, object.Get("bytes")), number == 1 ? templates::Mode::kRaw : templates::Mode::kEscape};
}

templates::TableContent ContentFrom(const Napi::CallbackInfo& info) {
  if (!info[0].IsArray() || !info[1].IsNumber() || !info[2].IsString()) {
    RefuseTable(info.Env(), "expected (literals, idWidth, secret)");
  }
  templates::TableContent content;
  content.id_width = info[1].As<Napi::Number>().Uint32Value();
  content.tag_key = templates::TagKey(info[2].As<Napi::String>().Utf8Value());
  const auto literals = info[0].As<Napi::Array>();
  for (uint32_t i = 0; i < literals.Length(); ++i) content.literals.push_back(SegmentFrom(info.Env(), literals.Get(i)));
  return content;
}

}  // namespace

Napi::Value RegisterTemplates(const Napi::CallbackInfo& info) {
  const templates::TableContent content = ContentFrom(info);
  const std::string fault = templates::LiteralTable::Fault(content);
  if (!fault.empty()) RefuseTable(info.Env(), fault);
  templates::RegisteredTable registered =
      templates::TableRegistry::Instance().Register(std::make_shared<templates::LiteralTable>(content));
  const uint32_t id = registered.id;
  for (Holding& holding : Holdings()) {
    if (holding.registered.id != id) continue;
    ++holding.count;
    return Napi::Number::New(info.Env(), id);
  }
  Holdings().push_back({std::move(registered), 1});
  return Napi::Number::New(info.Env(), id);
}

Napi::Value ReleaseTemplates(const Napi::CallbackInfo& info) {
  const uint32_t id = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : 0;
  auto& holdings = Holdings();
  for (auto holding = holdings.begin(); holding != holdings.end(); ++holding) {
    if (holding->registered.id != id) continue;
    if (--holding->count == 0) holdings.erase(holding);
    break;
  }
  return info.Env().Undefined();
}

const templates::LiteralTable* HeldTable(uint32_t id) {
  for (const Holding& holding : Holdings()) {
    if (holding.registered.id == id) return holding.registered.table.get();
  }
  return nullptr;
}

Napi::Object PayloadObject(Napi::Env env) {
  Napi::Object payload = Napi::Object::New(env);
  const auto set = [&](const char* name, double value) { payload.Set(name, Napi::Number::New(env, value)); };
  payload.Set("ESC", Napi::String::New(env, std::string{templates::kEscape}));
  set("ID_BASE", templates::kIdBase);
  set("ID_CHARACTERS", templates::kIdCharacters);
  set("MAX_ID_WIDTH", templates::kMaxIdWidth);
  set("ESC_ON", templates::kEscapeOn);
  set("RAW_ON", templates::kRawOn);
  set("ESC_BYTE", templates::kEscapeByte);
  set("FIRST_LITERAL", templates::kFirstLiteral);
  set("MODE_ESCAPE", static_cast<double>(templates::Mode::kEscape));
  set("MODE_RAW", static_cast<double>(templates::Mode::kRaw));
  set("REFUSED_COUNT", static_cast<double>(templates::Refusal::kCount));
  set("REFUSED_ID", static_cast<double>(templates::Refusal::kUnknownId));
  set("REFUSED_ROOM", static_cast<double>(templates::Refusal::kNoRoom));
  return payload;
}

}  // namespace fastserve::addon
