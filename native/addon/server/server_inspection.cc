// What ServerObject tells about a server: the requests that workers have, and what would become of one.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "native/addon/convert/routes.h"
#include "native/addon/server/server_object.h"
#include "native/addon/worker/thread_stack.h"
#include "native/http/grammar/host_pattern.h"
#include "native/server/dispatch/running_request.h"
#include "native/server/lanes/route_plan.h"

namespace fastserve::addon {

namespace {

constexpr std::array<const char*, 12> kStepNames = {"health", "host",   "bad-path", "mount", "proxied",   "view",
                                                    "opaque", "method", "options",  "slash", "not-found", "unmatched"};

Napi::Object RequestObject(Napi::Env env, const server::RunningRequest& request) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("worker", Napi::Number::New(env, request.worker));
  object.Set("method", request.method);
  // Latin-1: bytes of a peer stay one character each.
  std::u16string target;
  for (const char byte : request.target) target.push_back(static_cast<unsigned char>(byte));
  object.Set("target", Napi::String::New(env, target));
  object.Set("ageMs", Napi::Number::New(env, static_cast<double>(request.age_ms)));
  object.Set("streaming", Napi::Boolean::New(env, request.streaming));
  return object;
}

// On the JavaScript thread; `data` is owned by the call.
void GiveRequests(napi_env raw, napi_value done, void*, void* data) {
  const std::unique_ptr<std::vector<server::RunningRequest>> requests(static_cast<std::vector<server::RunningRequest>*>(data));
  if (raw == nullptr || done == nullptr) return;
  const Napi::Env env(raw);
  const Napi::HandleScope scope(env);
  Napi::Array list = Napi::Array::New(env, requests->size());
  for (uint32_t i = 0; i < requests->size(); ++i) list.Set(i, RequestObject(env, (*requests)[i]));
  napi_value argument = list;
  napi_value global;
  napi_get_global(raw, &global);
  napi_call_function(raw, global, done, 1, &argument, nullptr);
}

}  // namespace

// (done): `done` gets the list on this thread, once every I/O thread has had a turn.
void ServerObject::RunningRequests(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction()) throw Napi::TypeError::New(env, "expected runningRequests(done)");
  napi_threadsafe_function deliver = nullptr;
  napi_create_threadsafe_function(env, info[0], nullptr, Napi::String::New(env, "fastserve.runningRequests"), 0, 1, nullptr, nullptr,
                                  nullptr, &GiveRequests, &deliver);
  const auto collected = std::make_shared<server::RunningRequests>([deliver](std::vector<server::RunningRequest> requests) {
    auto data = std::make_unique<std::vector<server::RunningRequest>>(std::move(requests));
    if (napi_call_threadsafe_function(deliver, data.get(), napi_tsfn_nonblocking) == napi_ok) static_cast<void>(data.release());
    napi_release_threadsafe_function(deliver, napi_tsfn_release);
  });
  if (server_ && phase_ == Phase::kServing) server_->ListRunning(collected);
}

// (method, host, path): the steps of native/server/lanes/route_plan.h.
Napi::Value ServerObject::PlanRoute(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsString() || !info[2].IsString()) {
    throw Napi::TypeError::New(env, "expected planRoute(method, host, path)");
  }
  if (!server_ || !has_routes_) throw Napi::Error::New(env, "planRoute comes after setRoutes");
  const std::string host = info[1].As<Napi::String>().Utf8Value();
  const std::string path = info[2].As<Napi::String>().Utf8Value();
  const http::Method method = MethodNamed(info[0].As<Napi::String>().Utf8Value());
  Napi::Array steps = Napi::Array::New(env);
  for (const server::RouteStep& step : server_->PlanRoute(method, http::HostOf(host), path)) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("kind", kStepNames[static_cast<size_t>(step.kind)]);
    object.Set("index", Napi::Number::New(env, step.index));
    object.Set("allow", step.text);
    Napi::Array params = Napi::Array::New(env);
    for (const std::string& param : step.params) params.Set(params.Length(), param);
    object.Set("params", params);
    steps.Set(steps.Length(), object);
  }
  return steps;
}

// (slot): asks the slot's worker for its JavaScript stack. False when it cannot be asked.
Napi::Value ServerObject::RequestStack(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Boolean::New(info.Env(), false);
  SlotOf(info);
  return Napi::Boolean::New(info.Env(), addon::RequestStack(id_, info[0].As<Napi::Number>().Uint32Value()));
}

// (slot): what was asked for, or null while it has not come.
Napi::Value ServerObject::TakeStack(const Napi::CallbackInfo& info) {
  if (!server_) return info.Env().Null();
  SlotOf(info);
  std::string frames;
  if (!addon::TakeStack(id_, info[0].As<Napi::Number>().Uint32Value(), &frames)) return info.Env().Null();
  return Napi::String::New(info.Env(), frames);
}

// (slot): whether the stack has not come only because the worker has no core.
Napi::Value ServerObject::StackWaitsForCore(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Boolean::New(info.Env(), false);
  SlotOf(info);
  return Napi::Boolean::New(info.Env(), addon::StackWaitsForCore(id_, info[0].As<Napi::Number>().Uint32Value()));
}

}  // namespace fastserve::addon
