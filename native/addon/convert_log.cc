#include "native/addon/convert_log.h"

#include <string>
#include <utility>

#include "native/addon/option_values.h"

namespace fastserve::addon {

namespace {

server::LogFormat::Members MembersFrom(const Napi::Object& list) {
  server::LogFormat::Members members;
  std::string name;
  bool is_name = true;
  ForEach(list, [&](const Napi::Value& value) {
    std::string text = value.As<Napi::String>().Utf8Value();
    if (is_name) name = std::move(text);
    else members.emplace_back(std::move(name), std::move(text));
    is_name = !is_name;
  });
  return members;
}

server::AccessPolicy LogPolicyFrom(const Napi::Object& log) {
  server::AccessPolicy policy;
  policy.client = Shown(log, "client");
  policy.sample = Whole<uint32_t>(log, "sample", 1e6);
  policy.slow_us = Whole<int64_t>(log, "slow", 1e9) * 1000;
  policy.drops_query = Flag(log, "dropQuery");
  policy.redacted = Texts(log, "redact");
  ForEach(Child(log, "classes"), [&](const Napi::Value& value) {
    const uint32_t status_class = value.As<Napi::Number>().Uint32Value();
    if (status_class < 1 || status_class > 5) Refuse(log.Env(), "classes must be from 1 to 5");
    policy.classes |= 1u << status_class;
  });
  return policy;
}

server::ValueTest ValueTestFrom(const Napi::Object& from) {
  static constexpr const char* kKinds[] = {"present", "absent", "like"};
  server::ValueTest test;
  std::string problem;
  if (!server::FindLogVariable(Text(from, "variable"), &test.variable, &problem)) Refuse(from.Env(), problem);
  test.kind = static_cast<server::ValueTest::Kind>(Word(from, "kind", kKinds));
  test.pattern = Text(from, "pattern");
  return test;
}

server::AccessCondition ConditionFrom(const Napi::Object& from) {
  server::AccessCondition condition;
  condition.lanes = Texts(from, "lanes");
  condition.slower_us = Whole<int64_t>(from, "slower", 1e9) * 1000;
  ForEach(Child(from, "statuses"), [&](const Napi::Value& value) {
    const uint32_t status = value.As<Napi::Number>().Uint32Value();
    if (status >= 1 && status <= 5) condition.classes |= 1u << status;
    else if (status >= 100 && status <= 599) condition.statuses.push_back(static_cast<uint16_t>(status));
    else Refuse(from.Env(), "statuses must be classes or statuses");
  });
  for (const std::string& pattern : Texts(from, "paths")) {
    std::string problem;
    if (!files::Glob::Compile(pattern, &condition.paths.emplace_back(), &problem)) Refuse(from.Env(), problem);
  }
  ForEach(Child(from, "values"), [&](const Napi::Value& value) {
    condition.values.push_back(ValueTestFrom(value.As<Napi::Object>()));
  });
  return condition;
}

server::AccessLogOptions LogFrom(const Napi::Object& from) {
  // In the order of LogForm.
  static constexpr const char* kForms[] = {"text", "json", "terminal", "combined"};
  server::AccessLogOptions log;
  log.form = static_cast<server::LogForm>(Word(from, "form", kForms));
  log.path = Text(from, "path");
  log.policy = LogPolicyFrom(from);
  log.only = ConditionFrom(Child(from, "only"));
  log.except = ConditionFrom(Child(from, "except"));
  variables::TemplateError error;
  if (!server::LogFormat::Compile(Text(from, "own"), &log.own, &error)) Refuse(from.Env(), error.message);
  const server::LogFormat::Members members = MembersFrom(Child(from, "fields"));
  std::string problem;
  if (!members.empty() && !server::LogFormat::OfMembers(members, &log.own, &problem)) Refuse(from.Env(), problem);
  if (!log.own.empty()) log.form = server::LogForm::kOwn;
  return log;
}

}  // namespace

std::vector<server::AccessLogOptions> LogsFrom(const Napi::Object& list) {
  std::vector<server::AccessLogOptions> logs;
  ForEach(list, [&](const Napi::Value& value) { logs.push_back(LogFrom(value.As<Napi::Object>())); });
  if (logs.size() > server::AccessLog::kMaxLogs) Refuse(list.Env(), "there may be 16 access logs");
  return logs;
}

Napi::Value LogFormatProblem(const Napi::CallbackInfo& info) {
  server::LogFormat compiled;
  variables::TemplateError error;
  if (server::LogFormat::Compile(info[0].As<Napi::String>().Utf8Value(), &compiled, &error)) return Napi::String::New(info.Env(), "");
  return Napi::String::New(info.Env(), error.message + " (at offset " + std::to_string(error.offset) + ")");
}

Napi::Value LogFieldsProblem(const Napi::CallbackInfo& info) {
  server::LogFormat compiled;
  std::string problem;
  server::LogFormat::OfMembers(MembersFrom(info[0].As<Napi::Object>()), &compiled, &problem);
  return Napi::String::New(info.Env(), problem);
}

Napi::Value LogVariableProblem(const Napi::CallbackInfo& info) {
  server::NamedLogVariable variable;
  std::string problem;
  server::FindLogVariable(info[0].As<Napi::String>().Utf8Value(), &variable, &problem);
  return Napi::String::New(info.Env(), problem);
}

}  // namespace fastserve::addon
