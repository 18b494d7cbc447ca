// Mounts of files, from objects of JavaScript. The JavaScript thread; TypeErrors name the key.
#pragma once

#include <napi.h>

#include <vector>

#include "native/files/mount.h"

namespace fastserve::addon {

// `options`: NativeServerOptions of src/native/options.ts. Opens the roots; throws an Error with the code FASTSERVE_MOUNT for one
// that cannot be opened.
std::vector<files::Mount> MountsFrom(const Napi::Object& options);

}  // namespace fastserve::addon
