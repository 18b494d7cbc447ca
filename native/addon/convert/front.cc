#include "native/addon/convert/front.h"

#include <string>
#include <utility>
#include <vector>

#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

// name, value, name, value...
http::HeadPolicy FieldsFrom(const Napi::Object& from, const char* key) {
  std::vector<std::string> lines;
  bool is_name = true;
  ForEach(Child(from, key), [&](const Napi::Value& value) {
    const std::string text = value.As<Napi::String>().Utf8Value();
    if (is_name) lines.push_back(text + ": ");
    else lines.back().append(text).append("\r\n");
    is_name = !is_name;
  });
  if (!is_name || lines.size() > http::HeadPolicy::kMaxLines) Refuse(from.Env(), std::string(key) + " must be up to 64 names with their values");
  return {std::move(lines), false};
}

server::WwwRule WwwFrom(const Napi::Object& from) {
  const std::string text = Text(from, "www");
  return text == "add" ? server::WwwRule::kAdd : text == "remove" ? server::WwwRule::kRemove : server::WwwRule::kEither;
}

}  // namespace

server::FrontDuties FrontDutiesFrom(const Napi::Value& manifest) {
  server::FrontDuties duties;
  if (!manifest.IsObject() || !Get(manifest.As<Napi::Object>(), "front").IsObject()) return duties;
  const Napi::Object from = Child(manifest.As<Napi::Object>(), "front");
  duties.fields = FieldsFrom(from, "fields");
  duties.secure_fields = FieldsFrom(from, "secureFields");
  ForEach(Child(from, "hosts"), [&](const Napi::Value& list) {
    std::vector<std::string>& patterns = duties.hosts.emplace_back();
    ForEach(list.As<Napi::Object>(), [&](const Napi::Value& pattern) { patterns.push_back(pattern.As<Napi::String>().Utf8Value()); });
  });
  duties.www = WwwFrom(from);
  duties.request_id = Text(from, "requestId");
  duties.trusts_request_id = Flag(from, "trustsRequestId");
  return duties;
}

}  // namespace fastserve::addon
