// purge of NativeBinding: stored answers are forgotten, from any JavaScript thread.
#pragma once

#include <napi.h>

namespace fastserve::addon {

// purge(serverId, kind, text): how many were forgotten; 0 when the server has ended. TypeError for an unknown kind, and for a URL
// or prefix that is neither absolute nor a path. When it returns no I/O thread answers with them any more.
Napi::Value Purge(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
