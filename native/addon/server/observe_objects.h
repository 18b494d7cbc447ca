// What was observed of requests, as JavaScript objects: NativeMetrics and NativeTrace of src/native/binding.ts.
#pragma once

#include <napi.h>

#include <vector>

#include "native/server/server.h"

namespace fastserve::addon {

Napi::Object MetricsObject(Napi::Env env, const server::MetricsTotals& totals);
Napi::Array TracesArray(Napi::Env env, const std::vector<observe::Trace>& traces);

}  // namespace fastserve::addon
