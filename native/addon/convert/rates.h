// Rate limits of single views, between JavaScript and the server's counts (native/server/gate/route_rates.h).
#pragma once

#include <napi.h>

#include <memory>

#include "native/server/gate/route_rates.h"

namespace fastserve::addon {

// The rate limits that the front judges for the routes of a RouteManifest; null: none.
std::shared_ptr<const server::RouteRates> RouteRatesFrom(const Napi::Value& manifest);

// takeRate(serverId, name, key, limit, windowMs): counts a request among those of RouteRatesFrom. 0 when it may pass, else the
// milliseconds until one may; 0 when the server has ended.
Napi::Value TakeRate(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
