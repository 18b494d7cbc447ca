// Route manifests and methods, from objects of JavaScript. The JavaScript thread; TypeErrors name the key.
#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <vector>

#include "native/files/mount.h"
#include "native/route/specification.h"
#include "native/server/options.h"
#include "native/server/snapshot.h"

namespace fastserve::addon {

// kOther for what is none of ours.
http::Method MethodNamed(const std::string& name);

// A list of method names; null or undefined: any. GET includes HEAD.
route::MethodSet MethodsFrom(const Napi::Value& methods);

// `manifest`: RouteManifest of src/gateway/contract.ts, or null for none.
route::Specification SpecificationFrom(const Napi::Value& manifest, const std::vector<files::Mount>& mounts,
                                       const server::ServerOptions& options);

// How the front stores answers of the manifest's views; null when it stores none.
std::shared_ptr<const server::ViewRules> ViewRulesFrom(const Napi::Value& manifest, const server::ServerOptions& options);

}  // namespace fastserve::addon
