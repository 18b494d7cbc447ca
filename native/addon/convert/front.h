// From the `front` of a RouteManifest to what middlewares leave to the front. The JavaScript thread.
#pragma once

#include <napi.h>

#include "native/server/gate/front_duties.h"

namespace fastserve::addon {

// `manifest`: a RouteManifest, or null for none. Throws a TypeError.
server::FrontDuties FrontDutiesFrom(const Napi::Value& manifest);

}  // namespace fastserve::addon
