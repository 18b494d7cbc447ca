// Listeners and their certificates, from objects of JavaScript. The JavaScript thread; TypeErrors name the key.
#pragma once

#include <napi.h>

#include "native/server/options.h"
#include "native/tls/context.h"

namespace fastserve::addon {

// NativeListen of src/native/binding.ts.
server::ListenOptions ListenFrom(const Napi::Object& listen);

// NativeTls of src/native/binding.ts.
tls::ContextOptions TlsFrom(const Napi::Object& tls);

// (response, certificate as PEM): why an OCSP response cannot be given with it, or until when it can be, in ms of Unix time.
Napi::Value OcspEnd(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
