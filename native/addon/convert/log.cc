#include "native/addon/convert/log.h"

#include <string>
#include <utility>

#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

log::Format::Members MembersFrom(const Napi::Object& list) {
  log::Format::Members members;
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

log::Policy LogPolicyFrom(const Napi::Object& log) {
  log::Policy policy;
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

log::ValueTest ValueTestFrom(const Napi::Object& from) {
  static constexpr const char* kKinds[] = {"present", "absent", "like"};
  log::ValueTest test;
  std::string problem;
  if (!log::FindVariable(Text(from, "variable"), &test.variable, &problem)) Refuse(from.Env(), problem);
  test.kind = static_cast<log::ValueTest::Kind>(Word(from, "kind", kKinds));
  test.pattern = Text(from, "pattern");
  return test;
}

log::Condition ConditionFrom(const Napi::Object& from) {
  log::Condition condition;
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
    if (!base::Glob::Compile(pattern, &condition.paths.emplace_back(), &problem)) Refuse(from.Env(), problem);
  }
  ForEach(Child(from, "values"), [&](const Napi::Value& value) {
    condition.values.push_back(ValueTestFrom(value.As<Napi::Object>()));
  });
  return condition;
}

log::Options LogFrom(const Napi::Object& from) {
  // In the order of LogForm.
  static constexpr const char* kForms[] = {"text", "json", "terminal", "combined"};
  log::Options log;
  log.form = static_cast<log::Form>(Word(from, "form", kForms));
  log.path = Text(from, "path");
  log.policy = LogPolicyFrom(from);
  log.only = ConditionFrom(Child(from, "only"));
  log.except = ConditionFrom(Child(from, "except"));
  variables::TemplateError error;
  if (!log::Format::Compile(Text(from, "own"), &log.own, &error)) Refuse(from.Env(), error.message);
  const log::Format::Members members = MembersFrom(Child(from, "fields"));
  std::string problem;
  if (!members.empty() && !log::Format::OfMembers(members, &log.own, &problem)) Refuse(from.Env(), problem);
  if (!log.own.empty()) log.form = log::Form::kOwn;
  return log;
}

}  // namespace

std::vector<log::Options> LogsFrom(const Napi::Object& list) {
  std::vector<log::Options> logs;
  ForEach(list, [&](const Napi::Value& value) { logs.push_back(LogFrom(value.As<Napi::Object>())); });
  if (logs.size() > log::AccessLog::kMaxLogs) Refuse(list.Env(), "there may be 16 access logs");
  return logs;
}

Napi::Value LogFormatProblem(const Napi::CallbackInfo& info) {
  log::Format compiled;
  variables::TemplateError error;
  if (log::Format::Compile(info[0].As<Napi::String>().Utf8Value(), &compiled, &error)) return Napi::String::New(info.Env(), "");
  return Napi::String::New(info.Env(), error.message + " (at offset " + std::to_string(error.offset) + ")");
}

Napi::Value LogFieldsProblem(const Napi::CallbackInfo& info) {
  log::Format compiled;
  std::string problem;
  log::Format::OfMembers(MembersFrom(info[0].As<Napi::Object>()), &compiled, &problem);
  return Napi::String::New(info.Env(), problem);
}

Napi::Value LogVariableProblem(const Napi::CallbackInfo& info) {
  log::NamedVariable variable;
  std::string problem;
  log::FindVariable(info[0].As<Napi::String>().Utf8Value(), &variable, &problem);
  return Napi::String::New(info.Env(), problem);
}

}  // namespace fastserve::addon
