// findFragment and keepFragment of NativeBinding: fragments of templates in the store of a server, from any JavaScript thread.
#pragma once

#include <napi.h>

namespace fastserve::addon {

// findFragment(serverId, key): its text while it is fresh, else the number of purges so far, for keepFragment; null where nothing is
// stored, and when the server has ended.
Napi::Value FindFragment(const Napi::CallbackInfo& info);

// keepFragment(serverId, key, text, purgesSeen, lifetimeSeconds, tags)
void KeepFragment(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
