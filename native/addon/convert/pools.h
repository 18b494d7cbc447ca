// Pools of workers and what routes ask of them, from objects of JavaScript. The JavaScript thread; TypeErrors name the key.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "native/route/policy.h"
#include "native/server/options.h"
#include "native/server/server.h"

namespace fastserve::addon {

// NativePool of src/native/pool-options.ts, out of NativeServerOptions; empty when it has none. `slots`: of all of them.
std::vector<server::PoolOptions> PoolsFrom(const Napi::Object& options, uint32_t slots);

// RoutePolicy of src/gateway/contract.ts.
std::shared_ptr<const route::RoutePolicy> RoutePolicyFrom(const Napi::Object& policy, const server::ServerOptions& options);

// undefined: as the server is set.
route::Replay ReplayFrom(const Napi::Value& value);

// NativePoolStats of src/native/pool-options.ts, one for each pool.
Napi::Array PoolsArray(Napi::Env env, const std::vector<server::Totals::Pool>& pools);

}  // namespace fastserve::addon
