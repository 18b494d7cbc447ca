#include "native/addon/server/server_object.h"

#include <algorithm>
#include <string>

#include "native/addon/convert/files.h"
#include "native/addon/convert/options.h"
#include "native/addon/convert/values.h"
#include "native/addon/server/observe_objects.h"
#include "native/addon/server/stats_object.h"

namespace fastserve::addon {

namespace {

// For src/supervisor/server.ts: the system refuses what the server needs.
Napi::Error SystemFailure(Napi::Env env, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", "FASTSERVE_SYSTEM");
  return error;
}

}  // namespace

Napi::Function ServerObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeServer",
                     {InstanceAccessor<&ServerObject::Id>("id"), InstanceMethod<&ServerObject::SetRings>("setRings"),
                      InstanceMethod<&ServerObject::Listen>("listen"),
                      InstanceMethod<&ServerObject::SetRoutes>("setRoutes"),
                      InstanceMethod<&ServerObject::SetTls>("setTls"),
                      InstanceMethod<&ServerObject::AddListener>("addListener"),
                      InstanceMethod<&ServerObject::OpenListener>("openListener"),
                      InstanceMethod<&ServerObject::RemoveListener>("removeListener"),
                      InstanceMethod<&ServerObject::LameDuck>("lameDuck"),
                      InstanceMethod<&ServerObject::RunningRequests>("runningRequests"),
                      InstanceMethod<&ServerObject::PlanRoute>("planRoute"),
                      InstanceMethod<&ServerObject::CloseConnections>("closeConnections"),
                      InstanceMethod<&ServerObject::Hurry>("hurry"),
                      InstanceMethod<&ServerObject::Start>("start"), InstanceMethod<&ServerObject::Stop>("stop"),
                      InstanceMethod<&ServerObject::Stats>("stats"),
                      InstanceMethod<&ServerObject::Pools>("pools"),
                      InstanceMethod<&ServerObject::Metrics>("metrics"),
                      InstanceMethod<&ServerObject::Traces>("traces"),
                      InstanceMethod<&ServerObject::SetReady>("setReady"),
                      InstanceMethod<&ServerObject::ReopenLog>("reopenLog"),
                      InstanceMethod<&ServerObject::UpstreamServers>("upstreamServers"),
                      InstanceMethod<&ServerObject::SetUpstreamServers>("setUpstreamServers"),
                      InstanceMethod<&ServerObject::DrainSlot>("drainSlot"),
                      InstanceMethod<&ServerObject::ProbeSlot>("probeSlot"),
                      InstanceMethod<&ServerObject::RequestStack>("requestStack"),
                      InstanceMethod<&ServerObject::TakeStack>("takeStack"),
                      InstanceMethod<&ServerObject::StackWaitsForCore>("stackWaitsForCore"),
                      InstanceMethod<&ServerObject::Overdue>("overdue"),
                      InstanceMethod<&ServerObject::Broken>("broken")});
}

ServerObject::ServerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ServerObject>(info) {
  if (info.Length() != 1 || !info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "expected one options object");
  const Napi::Object options = info[0].As<Napi::Object>();
  server_ = server::Server::Create(OptionsFrom(options), MountsFrom(options));
  id_ = server_->id();
  std::string error;
  if (server_->HasDoorbells(&error)) return;
  StopNow();
  throw SystemFailure(info.Env(), error);
}

// The environment ends (or the object was collected): no I/O thread may outlive its shared memory.
ServerObject::~ServerObject() { StopNow(); }

void ServerObject::StopNow() {
  if (!server_) return;
  direct_.reset();
  if (phase_ == Phase::kServing) server_->RequestStop(0, nullptr);
  if (phase_ == Phase::kServing || phase_ == Phase::kStopping) server_->Join();
  server_->CloseListeners();
  last_totals_ = server_->ReadTotals();
  server_.reset();
  rings_.clear();
  phase_ = Phase::kStopped;
}

Napi::Value ServerObject::Id(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), id_); }

void ServerObject::SetRings(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ != Phase::kNew || has_rings_) throw Napi::Error::New(env, "setRings comes once, before listen");
  if (!info[0].IsArray()) throw Napi::TypeError::New(env, "expected an array of Uint8Array");
  const Napi::Array rings = info[0].As<Napi::Array>();
  const server::ServerOptions& options = server_->options();
  if (rings.Length() != options.io_threads * options.slots) {
    throw Napi::TypeError::New(env, "expected one ring for each I/O thread and slot");
  }
  std::vector<uint8_t*> shared;
  for (uint32_t i = 0; i < rings.Length(); ++i) {
    size_t length = 0;
    uint8_t* bytes = BytesOf(rings.Get(i), &length);
    if (length < queue::kSharedBytes || reinterpret_cast<uintptr_t>(bytes) % 8 != 0) {
      throw Napi::TypeError::New(env, "a ring is too small or not aligned");
    }
    shared.push_back(bytes);
    rings_.push_back(Napi::Persistent(rings.Get(i).As<Napi::Object>()));
  }
  server_->SetSharedMemory(shared);
  has_rings_ = true;
}

void ServerObject::LameDuck(const Napi::CallbackInfo&) {
  if (phase_ == Phase::kServing) server_->BeginLameDuck();
}

// (idleOnly)
void ServerObject::CloseConnections(const Napi::CallbackInfo& info) {
  if (!info[0].IsBoolean()) throw Napi::TypeError::New(info.Env(), "expected closeConnections(idleOnly)");
  const bool has_threads = phase_ == Phase::kServing || phase_ == Phase::kStopping;
  if (has_threads && server_) server_->CloseConnections(info[0].As<Napi::Boolean>().Value());
}

// (graceMs)
void ServerObject::Hurry(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected hurry(graceMs)");
  if (phase_ == Phase::kStopping && server_) server_->HurryStop(std::max<int64_t>(0, info[0].As<Napi::Number>().Int64Value()));
}

void ServerObject::Start(const Napi::CallbackInfo& info) {
  if (phase_ != Phase::kListening || !has_routes_) {
    throw Napi::Error::New(info.Env(), "start comes once, after listen and setRoutes");
  }
  if (!server_->HasTls()) throw Napi::Error::New(info.Env(), "start comes after setTls for every TLS listener");
  std::string error;
  if (!server_->Start(&error)) throw SystemFailure(info.Env(), error);
  phase_ = Phase::kServing;
  if (server_->options().direct) direct_ = std::make_unique<DirectLoop>(info.Env(), server_);
}

// (graceMs, done): `done` runs on this thread once the I/O threads have been joined.
void ServerObject::Stop(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber() || !info[1].IsFunction()) throw Napi::TypeError::New(env, "expected stop(graceMs, done)");
  if (phase_ == Phase::kStopping) throw Napi::Error::New(env, "the server is stopping already");
  const int64_t grace_ms = std::max<int64_t>(0, info[0].As<Napi::Number>().Int64Value());
  if (phase_ != Phase::kServing || direct_) {
    StopNow();
    info[1].As<Napi::Function>().Call({});
    return;
  }
  phase_ = Phase::kStopping;
  const auto call = [](napi_env raw, napi_value done, void* context, void*) {
    auto* self = static_cast<ServerObject*>(context);
    if (raw == nullptr || done == nullptr) return;
    self->StopNow();
    self->Unref();
    napi_value global;
    napi_get_global(raw, &global);
    napi_call_function(raw, global, done, 0, nullptr, nullptr);
  };
  napi_value name = Napi::String::New(env, "fastserve.stop");
  napi_create_threadsafe_function(env, info[1], nullptr, name, 1, 1, nullptr, nullptr, this, call, &ended_);
  Ref();
  napi_threadsafe_function ended = ended_;
  server_->RequestStop(grace_ms, [ended] {
    napi_call_threadsafe_function(ended, nullptr, napi_tsfn_nonblocking);
    napi_release_threadsafe_function(ended, napi_tsfn_release);
  });
}

Napi::Value ServerObject::Stats(const Napi::CallbackInfo& info) {
  return StatsObject(info.Env(), server_ ? server_->ReadTotals() : last_totals_);
}

Napi::Value ServerObject::Pools(const Napi::CallbackInfo& info) {
  return PoolsArray(info.Env(), server_ ? server_->ReadPools() : last_totals_.pools);
}

Napi::Value ServerObject::Metrics(const Napi::CallbackInfo& info) {
  return MetricsObject(info.Env(), server_ ? server_->ReadMetrics() : server::MetricsTotals());
}

// (after): those with a higher serial.
Napi::Value ServerObject::Traces(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected traces(after)");
  const double after = std::max(0.0, info[0].As<Napi::Number>().DoubleValue());
  return TracesArray(info.Env(), server_ ? server_->observations().traces.ReadAfter(static_cast<uint64_t>(after))
                                         : std::vector<observe::Trace>());
}

void ServerObject::SetReady(const Napi::CallbackInfo& info) {
  if (!info[0].IsBoolean()) throw Napi::TypeError::New(info.Env(), "expected setReady(ready)");
  if (server_) server_->SetReady(info[0].As<Napi::Boolean>().Value());
}

void ServerObject::ReopenLog(const Napi::CallbackInfo&) {
  if (server_) server_->ReopenLog();
}

}  // namespace fastserve::addon
