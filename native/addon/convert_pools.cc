#include "native/addon/convert_pools.h"

#include <algorithm>
#include <string>

#include "native/addon/option_values.h"

namespace fastserve::addon {

namespace {

int64_t OptionalMs(const Napi::Object& from, const char* key) {
  return Get(from, key).IsUndefined() ? route::RoutePolicy::kInherit : Whole<int64_t>(from, key, 1e12);
}

// The place of the pool with this name. Without workers (inline mode) the one thread is every pool.
uint8_t PoolNamed(const Napi::Value& name, const std::vector<server::PoolOptions>& pools) {
  if (name.IsUndefined() || pools.empty()) return 0;
  const std::string wanted = name.ToString().Utf8Value();
  const auto found = std::ranges::find(pools, wanted, &server::PoolOptions::name);
  if (found == pools.end()) Refuse(name.Env(), "there is no pool '" + wanted + "'");
  return static_cast<uint8_t>(found - pools.begin());
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
  return policy;
}

}  // namespace fastserve::addon
