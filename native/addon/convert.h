// JavaScript options and manifests become plain structs, here and nowhere else. The calling JavaScript thread.
//
// src/config validates what people write; these functions only refuse shapes that would be a bug, with a TypeError.
#pragma once

#include <napi.h>

#include <vector>

#include "native/files/static_handler.h"
#include "native/route/specification.h"
#include "native/server/options.h"
#include "native/server/server.h"

namespace fastserve::addon {

server::ServerOptions OptionsFrom(const Napi::Object& options);
server::ListenOptions ListenFrom(const Napi::Object& listen);  // NativeListen of src/native/binding.ts
std::vector<files::Mount> MountsFrom(const Napi::Object& options);

// `tls`: NativeTls of src/native/binding.ts.
tls::ContextOptions TlsFrom(const Napi::Object& tls);

// `manifest`: RouteManifest of src/gateway/contract.ts, or null for none.
route::Specification SpecificationFrom(const Napi::Value& manifest, const std::vector<files::Mount>& mounts,
                                       const server::ServerOptions& options);

// A list of method names; null or undefined: any. GET includes HEAD.
route::MethodSet MethodsFrom(const Napi::Value& methods);

// The bytes behind a Uint8Array (also over a SharedArrayBuffer); valid while the array is.
uint8_t* BytesOf(const Napi::Value& array, size_t* length);

// How the front stores answers of the manifest's views; null when it stores none.
std::shared_ptr<const server::ViewRules> ViewRulesFrom(const Napi::Value& manifest, const server::ServerOptions& options);

// kOther for what is none of ours.
http::Method MethodNamed(const std::string& name);

Napi::Object StatsObject(Napi::Env env, const server::Totals& totals);

}  // namespace fastserve::addon
