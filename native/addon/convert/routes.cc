#include "native/addon/convert/routes.h"

#include <map>
#include <utility>

#include "native/addon/convert/pools.h"
#include "native/addon/convert/values.h"

namespace fastserve::addon {

http::Method MethodNamed(const std::string& name) {
  static const std::map<std::string, http::Method> kByName = {
      {"GET", http::Method::kGet},       {"HEAD", http::Method::kHead},       {"POST", http::Method::kPost},
      {"PUT", http::Method::kPut},       {"DELETE", http::Method::kDelete},   {"PATCH", http::Method::kPatch},
      {"OPTIONS", http::Method::kOptions}, {"CONNECT", http::Method::kConnect}, {"TRACE", http::Method::kTrace}};
  const auto found = kByName.find(name);
  return found == kByName.end() ? http::Method::kOther : found->second;
}

route::MethodSet MethodsFrom(const Napi::Value& methods) {
  if (methods.IsNull() || methods.IsUndefined()) return route::kAnyMethod;
  route::MethodSet set = 0;
  ForEach(methods.As<Napi::Object>(), [&](const Napi::Value& value) {
    const std::string name = value.As<Napi::String>().Utf8Value();
    const http::Method method = MethodNamed(name);
    if (method == http::Method::kOther) Refuse(methods.Env(), "unknown method '" + name + "'");
    set |= route::Bit(method);
  });
  if (set & route::Bit(http::Method::kGet)) set |= route::Bit(http::Method::kHead);
  return set;
}

route::Specification SpecificationFrom(const Napi::Value& manifest, const std::vector<files::Mount>& mounts,
                                       const server::ServerOptions& options) {
  route::Specification specification;
  for (size_t i = 0; i < options.proxy.size(); ++i) {
    specification.proxied.push_back({options.proxy[i].prefix, static_cast<uint16_t>(i), options.proxy[i].host});
  }
  for (size_t i = 0; i < mounts.size(); ++i) {
    if (mounts[i].internal) continue;
    specification.mounts.push_back({mounts[i].prefix, static_cast<uint16_t>(i), mounts[i].host});
  }
  if (!manifest.IsObject()) return specification;
  const Napi::Object from = manifest.As<Napi::Object>();
  specification.append_slash = Flag(from, "appendSlash");
  uint16_t id = 0;
  ForEach(Child(from, "routes"), [&](const Napi::Value& value) {
    const Napi::Object entry = value.As<Napi::Object>();
    if (id >= queue::kRouteUnresolved) Refuse(from.Env(), "more than 65,533 routes");
    route::RouteSpec route;
    route.pattern = Text(entry, "pattern");
    route.opaque = Flag(entry, "opaque");
    route.methods = MethodsFrom(entry.Get("methods"));
    route.route_id = id++;
    if (!Get(entry, "host").IsUndefined()) route.host = Text(entry, "host");
    if (const Napi::Value policy = entry.Get("policy"); policy.IsObject()) route.policy = RoutePolicyFrom(policy.As<Napi::Object>(), options);
    specification.routes.push_back(std::move(route));
  });
  return specification;
}

std::shared_ptr<const server::ViewRules> ViewRulesFrom(const Napi::Value& manifest, const server::ServerOptions& options) {
  if (!manifest.IsObject()) return nullptr;
  auto rules = std::make_shared<server::ViewRules>();
  bool any = false;
  ForEach(Child(manifest.As<Napi::Object>(), "routes"), [&](const Napi::Value& value) {
    const Napi::Value from = value.As<Napi::Object>().Get("cache");
    std::optional<cache::Rule>& rule = rules->emplace_back();
    if (!from.IsObject()) return;
    any = true;
    rule.emplace();
    rule->explicit_only = true;
    rule->obeys_requests = false;
    rule->reports = options.cache_reports;
    rule->lock_ms = options.cache_lock_ms;
    rule->stale_while_revalidate_s = Whole<int64_t>(from.As<Napi::Object>(), "staleWhileRevalidate", 1e9);
    rule->stale_if_error_s = Whole<int64_t>(from.As<Napi::Object>(), "staleIfError", 1e9);
  });
  return any ? rules : nullptr;
}

}  // namespace fastserve::addon
