// JavaScript options and manifests become plain structs, here and nowhere else. The calling JavaScript thread.
//
// src/config validates what people write; these functions only refuse shapes that would be a bug, with a TypeError.
#pragma once

#include <napi.h>

#include "native/server/options.h"

namespace fastserve::addon {

// NativeServerOptions of src/native/options.ts.
server::ServerOptions OptionsFrom(const Napi::Object& options);

}  // namespace fastserve::addon
