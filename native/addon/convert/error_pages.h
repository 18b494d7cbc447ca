// From `errorPages` of the options to the pages of a site for errors. The JavaScript thread.
#pragma once

#include <napi.h>

#include "native/http/response/error_pages.h"

namespace fastserve::addon {

// `list`: of NativeErrorPage. Throws a TypeError.
http::ErrorPages ErrorPagesFrom(const Napi::Object& list);

}  // namespace fastserve::addon
