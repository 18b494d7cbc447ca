// How the answers of a proxied prefix are stored, from the options object. The JavaScript thread.
#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>

#include "native/server/caching/proxy_cache.h"

namespace fastserve::addon {

// `rule`: an entry of `proxy`, whose place in the list is `number`. Null where its `cache` is null. Throws a TypeError for what
// the schema does not let through. `reports`: Cache-Status goes to clients.
std::shared_ptr<const server::ProxyCache> ProxyCacheFrom(const Napi::Object& rule, size_t number, bool reports);

}  // namespace fastserve::addon
