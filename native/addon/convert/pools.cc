#include "native/addon/convert/pools.h"

#include <algorithm>
#include <string>

#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

int64_t OptionalMs(const Napi::Object& from, const char* key) {
  return Get(from, key).IsUndefined() ? route::RoutePolicy::kInherit : Whole<int64_t>(from, key, kMostMs);
}

// The place of the pool with this name. Without workers (inline mode) the one thread is every pool.
uint8_t PoolNamed(const Napi::Value& name, const std::vector<server::PoolOptions>& pools) {
  if (name.IsUndefined() || pools.empty()) return 0;
  const std::string wanted = name.ToString().Utf8Value();
  const auto found = std::ranges::find(pools, wanted, &server::PoolOptions::name);
  if (found == pools.end()) Refuse(name.Env(), "there is no pool '" + wanted + "'");
  return static_cast<uint8_t>(found - pools.begin());
}

int64_t OptionalLimit(const Napi::Object& from, const char* key) {
  return Get(from, key).IsNull() ? server::PoolOptions::kInherit : Whole<int64_t>(from, key, kMostMs);
}

// null: "".
std::shared_ptr<const variables::Template> FairFrom(const Napi::Object& from) {
  const std::string text = Text(from, "fair");
  if (text.empty()) return nullptr;
  auto compiled = std::make_shared<variables::Template>();
  variables::TemplateError error;
  if (!variables::Template::Compile(text, compiled.get(), &error)) Refuse(from.Env(), error.message);
  return compiled;
}

}  // namespace

std::vector<server::PoolOptions> PoolsFrom(const Napi::Object& options, uint32_t slots) {
  std::vector<server::PoolOptions> pools;
  if (Get(options, "pools").IsUndefined()) return pools;
  uint32_t sum = 0;
  ForEach(Child(options, "pools"), [&](const Napi::Value& value) {
    const Napi::Object from = value.As<Napi::Object>();
    server::PoolOptions pool;
    pool.name = Text(from, "name");
    pool.slots = Whole<uint32_t>(from, "slots", 1024);
    pool.exact = Flag(from, "exact");
    pool.queued = OptionalLimit(from, "queued");
    pool.max_wait_ms = OptionalLimit(from, "maxWait");
    pool.order = Text(from, "order") == "newest-first" ? server::LineOrder::kNewestFirst : server::LineOrder::kFifo;
    pool.fair = FairFrom(from);
    sum += pool.slots;
    pools.push_back(std::move(pool));
  });
  if (pools.size() > server::kMaxPools) Refuse(options.Env(), "more than " + std::to_string(server::kMaxPools) + " pools");
  if (!pools.empty() && sum != slots) Refuse(options.Env(), "slots must be the sum of the slots of the pools");
  return pools;
}

route::Replay ReplayFrom(const Napi::Value& value) {
  if (value.IsUndefined()) return route::Replay::kInherit;
  return value.IsString() && value.As<Napi::String>().Utf8Value() == "safe" ? route::Replay::kSafe : route::Replay::kNever;
}

std::shared_ptr<const route::RoutePolicy> RoutePolicyFrom(const Napi::Object& from, const server::ServerOptions& options) {
  auto policy = std::make_shared<route::RoutePolicy>();
  policy->timeout_ms = OptionalMs(from, "timeout");
  policy->soft_timeout_ms = OptionalMs(from, "softTimeout");
  policy->replay = ReplayFrom(from.Get("replay"));
  policy->pool = PoolNamed(from.Get("pool"), options.pools);
  if (!Get(from, "concurrency").IsUndefined()) policy->concurrency = Whole<uint32_t>(from, "concurrency", 1u << 20);
  const Napi::Value on_full = from.Get("onFull");
  policy->rejects_beyond = on_full.IsString() && on_full.As<Napi::String>().Utf8Value() == "reject";
  return policy;
}

Napi::Array PoolsArray(Napi::Env env, const std::vector<server::Totals::Pool>& pools) {
  Napi::Array list = Napi::Array::New(env, pools.size());
  for (uint32_t i = 0; i < pools.size(); ++i) {
    const server::Totals::Pool& pool = pools[i];
    Napi::Object object = Napi::Object::New(env);
    const auto set = [&](const char* name, auto value) { object.Set(name, Napi::Number::New(env, static_cast<double>(value))); };
    object.Set("name", pool.name);
    set("firstSlot", pool.first_slot);
    set("slots", pool.slots);
    set("workers", pool.workers);
    set("busy", pool.busy);
    set("waiting", pool.waiting);
    set("oldestWait", pool.oldest_wait_ms);
    set("waited", pool.waited);
    set("waitedMs", pool.waited_ms);
    set("rejected", pool.rejected);
    list.Set(i, object);
  }
  return list;
}

}  // namespace fastserve::addon
