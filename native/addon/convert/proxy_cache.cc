#include "native/addon/convert/proxy_cache.h"

#include <algorithm>
#include <string>
#include <vector>

#include "native/addon/convert/proxy.h"
#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

variables::Template Compiled(Napi::Env env, const std::string& text) {
  variables::Template compiled;
  variables::TemplateError error;
  if (!variables::Template::Compile(text, &compiled, &error)) Refuse(env, error.message);
  return compiled;
}

std::vector<variables::Template> TemplatesFrom(const Napi::Object& from, const char* key) {
  std::vector<variables::Template> templates;
  for (const std::string& text : Texts(from, key)) templates.push_back(Compiled(from.Env(), text));
  return templates;
}

std::vector<cache::StatusLifetime> LifetimesFrom(const Napi::Object& from) {
  std::vector<cache::StatusLifetime> lifetimes;
  ForEach(Child(from, "ttl"), [&](const Napi::Value& value) {
    const Napi::Array pair = value.As<Napi::Array>();
    const auto number = [&](uint32_t index) { return pair.Get(index).As<Napi::Number>().Int64Value(); };
    lifetimes.push_back({static_cast<uint16_t>(number(0)), number(1)});
  });
  return lifetimes;
}

cache::Rule RuleFrom(const Napi::Object& from, bool reports) {
  cache::Rule rule;
  rule.obeys_requests = Flag(from, "requestDirectives");
  rule.heuristic = Flag(from, "heuristic");
  rule.stores_cookies = Flag(from, "storeCookies");
  rule.reports = reports;
  rule.min_uses = Whole<uint32_t>(from, "minUses", 1e6);
  rule.lock_ms = Whole<int64_t>(from, "lock", kMostMs);
  rule.stale_while_revalidate_s = Whole<int64_t>(from, "staleWhileRevalidate", kMostMs) / 1000;
  rule.stale_if_error_s = Whole<int64_t>(from, "staleIfError", kMostMs) / 1000;
  rule.lifetimes = LifetimesFrom(from);
  return rule;
}

}  // namespace

std::shared_ptr<const server::ProxyCache> ProxyCacheFrom(const Napi::Object& rule, size_t number, bool reports) {
  const Napi::Value value = rule.Get("cache");
  if (!value.IsObject()) return nullptr;
  const Napi::Object from = value.As<Napi::Object>();
  auto cache = std::make_shared<server::ProxyCache>();
  cache->rule = RuleFrom(from, reports);
  cache->rule.withheld = FieldFilterFrom(rule);
  cache->number = static_cast<uint32_t>(number);
  if (const std::string key = Text(from, "key"); !key.empty()) {
    cache->key = std::make_shared<const variables::Template>(Compiled(from.Env(), key));
  }
  cache->bypass = TemplatesFrom(from, "bypass");
  cache->no_store = TemplatesFrom(from, "noStore");
  const std::vector<std::string> methods = Texts(from, "methods");
  cache->answers_head = std::ranges::find(methods, "HEAD") != methods.end();
  cache->fetches_whole = Text(from, "ranges") == "whole";
  cache->keeps_parts = Text(from, "ranges") == "parts";
  return cache;
}

}  // namespace fastserve::addon
