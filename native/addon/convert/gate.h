// From the options of JavaScript to the rules of the gate. The JavaScript thread; each function throws a TypeError.
#pragma once

#include <napi.h>

#include <memory>

#include "native/http/fields/forwarded.h"
#include "native/http/response/head_policy.h"
#include "native/server/gate/gate.h"
#include "native/variables/template.h"

namespace fastserve::addon {

// Names to bits by http::Method, 0 for none.
uint16_t MethodBitsFrom(const Napi::Object& names);

// The text with variables that `key` of `from` is.
variables::Template KeyFrom(const Napi::Object& from, const char* key);

// Networks in CIDR form, addresses, "unix".
http::TrustedPeers PeersFrom(const Napi::Object& list);

// null: nothing is limited. `default_body`: the limit of content where no rule says another.
std::shared_ptr<server::Gate> GateFrom(const Napi::Object& from, uint64_t default_body);

http::HeadPolicy HeadPolicyFrom(const Napi::Object& from);

// templateProblem(text): "" for a text that is a template of native/variables, else what is wrong with it.
Napi::Value TemplateProblem(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
