// What functions return to JavaScript that are called without the wrapper's cost. The thread of `env`.
#pragma once

#include <node_api.h>

namespace fastserve::addon {

// A TypeError is pending when the caller has returned this.
inline napi_value Throw(napi_env env, const char* message) {
  napi_throw_type_error(env, nullptr, message);
  return nullptr;
}

inline napi_value Undefined(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

}  // namespace fastserve::addon
