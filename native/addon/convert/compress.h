// What is compressed and how, from objects of JavaScript. The JavaScript thread; TypeErrors name the key.
#pragma once

#include <napi.h>

#include <memory>

#include "native/compress/dynamic_policy.h"
#include "native/compress/policy.h"
#include "native/http/fields/accept_encoding.h"

namespace fastserve::addon {

// "br", "zstd" or "gzip".
http::Coding CodingFrom(const Napi::Value& name);

compress::Policy PolicyFrom(const Napi::Object& compress);

// What the process can encode of what is wanted; null: nothing.
std::shared_ptr<const compress::DynamicPolicy> DynamicPolicyFrom(const Napi::Object& compress);

}  // namespace fastserve::addon
