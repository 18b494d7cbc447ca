#include "native/addon/server_object.h"

#include <cerrno>
#include <cstring>

#include "native/addon/convert/files.h"
#include "native/addon/convert/front.h"
#include "native/addon/convert/gate.h"
#include "native/addon/convert/listen.h"
#include "native/addon/convert/options.h"
#include "native/addon/convert/pools.h"
#include "native/addon/convert/rates.h"
#include "native/addon/convert/routes.h"
#include "native/addon/convert/values.h"
#include "native/addon/observe_objects.h"
#include "native/addon/stats_object.h"

namespace fastserve::addon {

namespace {

const char* ErrnoName(int error) {
  switch (error) {
    case EADDRINUSE: return "EADDRINUSE";
    case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
    case EACCES: return "EACCES";
    case EPERM: return "EPERM";
    case EINVAL: return "EINVAL";
    case EMFILE: return "EMFILE";
    case ENOENT: return "ENOENT";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case EAFNOSUPPORT: return "EAFNOSUPPORT";
    case ENOTSOCK: return "ENOTSOCK";
    case EEXIST: return "EEXIST";
    default: return "EIO";
  }
}

Napi::Error ListenFailure(Napi::Env env, const server::ListenError& failed) {
  const net::ListenAddress& address = failed.address;
  const std::string where =
      address.unix_path.empty() ? address.host + ":" + std::to_string(address.port) : address.unix_path;
  Napi::Error error = Napi::Error::New(env, failed.step + " " + where + ": " + std::strerror(failed.error));
  error.Set("code", ErrnoName(failed.error));
  error.Set("syscall", failed.step);
  error.Set("address", address.unix_path.empty() ? address.host : address.unix_path);
  if (address.unix_path.empty()) error.Set("port", Napi::Number::New(env, address.port));
  return error;
}

Napi::Object AddressObject(Napi::Env env, const server::BoundAddress& bound) {
  Napi::Object address = Napi::Object::New(env);
  if (bound.unix_path.empty()) {
    address.Set("host", bound.host);
    address.Set("port", Napi::Number::New(env, bound.port));
    if (bound.secure) address.Set("tls", true);
  } else {
    address.Set("unix", bound.unix_path);
  }
  return address;
}

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

Napi::Value ServerObject::Listen(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ != Phase::kNew || !has_rings_) throw Napi::Error::New(env, "listen comes once, after setRings");
  std::string log_error;
  if (!server_->OpenLog(&log_error)) {
    Napi::Error error = Napi::Error::New(env, log_error);
    error.Set("code", "FASTSERVE_LOG");
    throw error;
  }
  server::ListenError failed;
  if (!server_->Listen(&failed)) {
    StopNow();
    throw ListenFailure(env, failed);
  }
  phase_ = Phase::kListening;
  Napi::Array addresses = Napi::Array::New(env);
  for (const server::BoundAddress& bound : server_->addresses()) addresses.Set(addresses.Length(), AddressObject(env, bound));
  return addresses;
}

// (listen): { listener, address }
Napi::Value ServerObject::AddListener(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ != Phase::kServing) throw Napi::Error::New(env, "addListener comes after start");
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "expected addListener(listen)");
  server::ListenError failed;
  if (!server_->AddListener(ListenFrom(info[0].As<Napi::Object>()), &failed)) throw ListenFailure(env, failed);
  Napi::Object added = Napi::Object::New(env);
  added.Set("listener", Napi::Number::New(env, static_cast<double>(server_->addresses().size() - 1)));
  added.Set("address", AddressObject(env, server_->addresses().back()));
  return added;
}

// (listener)
void ServerObject::OpenListener(const Napi::CallbackInfo& info) {
  if (phase_ != Phase::kServing) throw Napi::Error::New(info.Env(), "openListener comes after start");
  const uint32_t listener = ListenerOf(info);
  if (server_->IsSecure(listener) && !server_->HasTls()) throw Napi::Error::New(info.Env(), "openListener comes after setTls");
  server_->OpenListener(listener);
}

// (listener)
void ServerObject::RemoveListener(const Napi::CallbackInfo& info) {
  if (phase_ == Phase::kServing) server_->RemoveListener(ListenerOf(info));
}

void ServerObject::LameDuck(const Napi::CallbackInfo&) {
  if (phase_ == Phase::kServing) server_->BeginLameDuck();
}

// (graceMs)
void ServerObject::Hurry(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected hurry(graceMs)");
  if (phase_ == Phase::kStopping && server_) server_->HurryStop(std::max<int64_t>(0, info[0].As<Napi::Number>().Int64Value()));
}

uint32_t ServerObject::ListenerOf(const Napi::CallbackInfo& info) {
  const double listener = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (!(listener >= 0 && listener < static_cast<double>(server_->addresses().size()))) {
    throw Napi::RangeError::New(info.Env(), "no such listener");
  }
  return static_cast<uint32_t>(listener);
}

// (manifest | null, generation, workers by pool, options?, since?): with options the mounts are replaced and what may change while
// serving; with since workers of the generations from it on serve too.
void ServerObject::SetRoutes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ == Phase::kStopping || phase_ == Phase::kStopped) throw Napi::Error::New(env, "the server has stopped");
  if (info.Length() < 3 || !info[1].IsNumber() || !info[2].IsArray()) {
    throw Napi::TypeError::New(env, "expected setRoutes(manifest, generation, workers, options?)");
  }
  auto snapshot = std::make_unique<server::Snapshot>();
  snapshot->mounts = server_->mounts();
  if (info[3].IsObject()) {
    const Napi::Object options = info[3].As<Napi::Object>();
    snapshot->options = server_->AdoptOptions(OptionsFrom(options));
    snapshot->mounts = server_->AdoptMounts(MountsFrom(options));
  }
  const route::Specification specification = SpecificationFrom(info[0], *snapshot->mounts, server_->options());
  auto compiled = route::Compile(specification);
  if (const auto* error = std::get_if<route::CompileError>(&compiled)) {
    throw Napi::TypeError::New(env, "'" + error->pattern + "': " + error->message);
  }
  snapshot->table = std::get<std::shared_ptr<const route::Table>>(std::move(compiled));
  for (const route::RouteSpec& route : specification.routes) {
    snapshot->series.push_back(server_->observations().names.Intern(route.pattern));
  }
  snapshot->generation = info[1].As<Napi::Number>().Uint32Value();
  if (info[4].IsNumber()) snapshot->since_generation = info[4].As<Napi::Number>().Uint32Value();
  ForEach(info[2].As<Napi::Object>(), [&](const Napi::Value& workers) {
    snapshot->workers.push_back(workers.As<Napi::Number>().Uint32Value());
  });
  snapshot->has_application = server_->options().slots > 0;
  snapshot->has_urlconf = info[0].IsObject();
  if (snapshot->has_urlconf) {
    const Napi::Value unmatched = info[0].As<Napi::Object>().Get("unmatched");
    snapshot->unmatched_to_application = unmatched.IsString() && unmatched.As<Napi::String>().Utf8Value() == "application";
  }
  snapshot->gates = server_->GatesFor(specification);
  snapshot->front = FrontDutiesFrom(info[0]);
  snapshot->route_rates = RouteRatesFrom(info[0]);
  snapshot->view_rules = ViewRulesFrom(info[0], server_->options());
  server_->Publish(std::move(snapshot));
  has_routes_ = true;
}

// (listener, tls)
void ServerObject::SetTls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const uint32_t listener = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : ~0u;
  if (!server_ || !server_->IsSecure(listener)) throw Napi::RangeError::New(env, "no such TLS listener");
  if (!info[1].IsObject()) throw Napi::TypeError::New(env, "expected setTls(listener, tls)");
  std::string error;
  if (!server_->SetTls(listener, TlsFrom(info[1].As<Napi::Object>()), &error)) throw Napi::Error::New(env, error);
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

queue::WorkerSlot& ServerObject::SlotOf(const Napi::CallbackInfo& info) {
  if (!server_) throw Napi::Error::New(info.Env(), "the server has stopped");
  const uint32_t slot = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : ~0u;
  if (slot >= server_->options().slots) throw Napi::RangeError::New(info.Env(), "no such slot");
  return server_->slot(slot);
}

void ServerObject::DrainSlot(const Napi::CallbackInfo& info) {
  SlotOf(info).draining.store(true, std::memory_order_relaxed);
}

// True when the worker's event loop has turned since the last probe (or nobody is attached); then asks again.
Napi::Value ServerObject::ProbeSlot(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Boolean::New(info.Env(), true);
  queue::WorkerSlot& slot = SlotOf(info);
  const bool attached = slot.state.load(std::memory_order_acquire) == queue::SlotState::kAttached;
  const bool answered = slot.probe_answers.load(std::memory_order_relaxed) == slot.probes.load(std::memory_order_relaxed);
  if (attached && answered) {
    slot.probes.fetch_add(1, std::memory_order_relaxed);
    slot.doorbell.Ring();
  }
  return Napi::Boolean::New(info.Env(), !attached || answered);
}

// Whether the answers of the slot's worker cannot be read any more (Q13).
Napi::Value ServerObject::Broken(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), server_ && SlotOf(info).broken.load(std::memory_order_relaxed));
}

// How often a request inside the slot's worker was found past its limit, ever.
Napi::Value ServerObject::Overdue(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), SlotOf(info).overdue.load(std::memory_order_relaxed));
}

}  // namespace fastserve::addon
