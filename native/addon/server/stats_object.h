// The totals of a server as a JavaScript object: NativeStats of src/native/statistics.ts. The JavaScript thread.
#pragma once

#include <napi.h>

#include "native/server/server.h"

namespace fastserve::addon {

Napi::Object StatsObject(Napi::Env env, const server::Totals& totals);

}  // namespace fastserve::addon
