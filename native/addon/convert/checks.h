// Active checks of the options object. The JavaScript thread.
#pragma once

#include <napi.h>

#include "native/checks/settings.h"

namespace fastserve::addon {

// Throws a TypeError for wrong shapes.
checks::CheckSettings CheckSettingsFrom(const Napi::Object& from);

}  // namespace fastserve::addon
