// The addon's exports: NativeBinding of src/native/binding.ts. Loaded by the main thread and by every worker; nothing here
// is shared between them but the server registry (native/server/server.cc) and the static bodies.
#include <napi.h>

#include "native/addon/convert/gate.h"
#include "native/addon/convert/listen.h"
#include "native/addon/convert/log.h"
#include "native/addon/convert/rates.h"
#include "native/addon/fragments.h"
#include "native/addon/layout_object.h"
#include "native/addon/pages/page_functions.h"
#include "native/addon/pages/template_tables.h"
#include "native/addon/server/purge.h"
#include "native/addon/server/server_object.h"
#include "native/addon/worker/worker_port_object.h"
#include "native/net/datagram.h"
#include "native/net/orphan.h"
#include "native/net/short_turns.h"
#include "native/queue/layout.h"

namespace fastserve::addon {

namespace {

// Raised with every change of src/native/binding.ts: a stale binary is refused with a clear message.
constexpr uint32_t kAbi = 13;

napi_value Function(napi_env env, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  return function;
}

// (path, message): whether it was delivered.
Napi::Value SendDatagram(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsString()) throw Napi::TypeError::New(info.Env(), "expected sendDatagram(path, message)");
  const bool sent = net::SendDatagram(info[0].As<Napi::String>().Utf8Value(), info[1].As<Napi::String>().Utf8Value());
  return Napi::Boolean::New(info.Env(), sent);
}

// (process id): whether it was a child that had ended, and is gone now.
Napi::Value ReapChild(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected reapChild(pid)");
  return Napi::Boolean::New(info.Env(), net::ReapChild(info[0].As<Napi::Number>().Int32Value()));
}

// (): the slice to go back to, in nanoseconds.
Napi::Value ShortenTurns(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(net::ShortenTurns())); }

// ()
napi_value WatchShortTurns(napi_env /*env*/, napi_callback_info /*info*/) {
  net::WatchShortTurns();
  return nullptr;
}

// (nanoseconds)
void EndShortTurns(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected endShortTurns(nanoseconds)");
  net::EndShortTurns(info[0].As<Napi::Number>().Int64Value());
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("abi", Napi::Number::New(env, kAbi));
  exports.Set("ringBytes", Napi::Number::New(env, queue::kSharedBytes));
  exports.Set("layout", LayoutObject(env));
  exports.Set("Server", ServerObject::Define(env));
  exports.Set("sendDatagram", Napi::Function::New(env, &SendDatagram, "sendDatagram"));
  exports.Set("reapChild", Napi::Function::New(env, &ReapChild, "reapChild"));
  exports.Set("shortenTurns", Napi::Function::New(env, &ShortenTurns, "shortenTurns"));
  exports.Set("watchShortTurns", Napi::Value(env, Function(env, "watchShortTurns", &WatchShortTurns)));
  exports.Set("endShortTurns", Napi::Function::New(env, &EndShortTurns, "endShortTurns"));
  exports.Set("attach", Napi::Value(env, Function(env, "attach", &WorkerPortObject::Attach)));
  exports.Set("createStaticBody", Napi::Value(env, Function(env, "createStaticBody", &CreateStaticBody)));
  exports.Set("releaseStaticBody", Napi::Value(env, Function(env, "releaseStaticBody", &ReleaseStaticBody)));
  exports.Set("threadCpu", Napi::Value(env, Function(env, "threadCpu", &ThreadCpu)));
  exports.Set("takeRate", Napi::Function::New(env, &TakeRate, "takeRate"));
  exports.Set("purge", Napi::Function::New(env, &Purge, "purge"));
  exports.Set("findFragment", Napi::Function::New(env, &FindFragment, "findFragment"));
  exports.Set("keepFragment", Napi::Function::New(env, &KeepFragment, "keepFragment"));
  exports.Set("payload", PayloadObject(env));
  exports.Set("registerTemplates", Napi::Function::New(env, &RegisterTemplates, "registerTemplates"));
  exports.Set("releaseTemplates", Napi::Function::New(env, &ReleaseTemplates, "releaseTemplates"));
  exports.Set("assemblePage", Napi::Function::New(env, &AssemblePage, "assemblePage"));
  exports.Set("logFormatProblem", Napi::Function::New(env, &LogFormatProblem, "logFormatProblem"));
  exports.Set("logFieldsProblem", Napi::Function::New(env, &LogFieldsProblem, "logFieldsProblem"));
  exports.Set("logVariableProblem", Napi::Function::New(env, &LogVariableProblem, "logVariableProblem"));
  exports.Set("templateProblem", Napi::Function::New(env, &TemplateProblem, "templateProblem"));
  exports.Set("ocspEnd", Napi::Function::New(env, &OcspEnd, "ocspEnd"));
  exports.Set("pageTag", Napi::Value(env, Function(env, "pageTag", &MakePageTag)));
  return exports;
}

}  // namespace

NODE_API_MODULE(fastserve, Initialize)

}  // namespace fastserve::addon
