// From the options of JavaScript to the access logs. The JavaScript thread; each function throws a TypeError.
#pragma once

#include <napi.h>

#include <vector>

#include "native/log/access_log.h"

namespace fastserve::addon {

// `list`: of NativeAccessLog (src/native/options.ts).
std::vector<log::Options> LogsFrom(const Napi::Object& list);

// logFormatProblem(text): "" for a text that is a form of the access log, else what is wrong with it.
Napi::Value LogFormatProblem(const Napi::CallbackInfo& info);

// logFieldsProblem(members), logVariableProblem(name): the same of members of a JSON object, and of one variable.
Napi::Value LogFieldsProblem(const Napi::CallbackInfo& info);
Napi::Value LogVariableProblem(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
