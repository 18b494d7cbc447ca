#pragma once

#include <napi.h>

namespace fastserve::addon {

// Constants and offsets of native/queue/layout.h under the names of src/gateway/queue/layout.ts.
Napi::Object LayoutObject(Napi::Env env);

}  // namespace fastserve::addon
