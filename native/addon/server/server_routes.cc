// ServerObject::SetRoutes: a snapshot out of what JavaScript says of routes, mounts and options.
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "native/addon/convert/files.h"
#include "native/addon/convert/front.h"
#include "native/addon/convert/options.h"
#include "native/addon/convert/pools.h"
#include "native/addon/convert/rates.h"
#include "native/addon/convert/routes.h"
#include "native/addon/convert/values.h"
#include "native/addon/server/server_object.h"

namespace fastserve::addon {

namespace {

std::shared_ptr<const route::Table> Compiled(Napi::Env env, const route::Specification& specification) {
  auto compiled = route::Compile(specification);
  if (const auto* error = std::get_if<route::CompileError>(&compiled)) {
    throw Napi::TypeError::New(env, "'" + error->pattern + "': " + error->message);
  }
  return std::get<std::shared_ptr<const route::Table>>(std::move(compiled));
}

// Whether paths that no route has go to the application.
bool GivesUnmatched(const Napi::Object& manifest) {
  const Napi::Value unmatched = manifest.Get("unmatched");
  return unmatched.IsString() && unmatched.As<Napi::String>().Utf8Value() == "application";
}

}  // namespace

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
  if (info[3].IsObject()) AdoptSettings(info[3].As<Napi::Object>(), snapshot.get());
  SetGenerations(info, snapshot.get());
  SetApplication(info[0], snapshot.get());
  server_->Publish(std::move(snapshot));
  has_routes_ = true;
}

void ServerObject::AdoptSettings(const Napi::Object& options, server::Snapshot* snapshot) {
  snapshot->options = server_->AdoptOptions(OptionsFrom(options));
  snapshot->mounts = server_->AdoptMounts(MountsFrom(options));
}

void ServerObject::SetGenerations(const Napi::CallbackInfo& info, server::Snapshot* snapshot) {
  snapshot->generation = info[1].As<Napi::Number>().Uint32Value();
  if (info[4].IsNumber()) snapshot->since_generation = info[4].As<Napi::Number>().Uint32Value();
  ForEach(info[2].As<Napi::Object>(), [&](const Napi::Value& workers) {
    snapshot->workers.push_back(workers.As<Napi::Number>().Uint32Value());
  });
}

void ServerObject::SetApplication(const Napi::Value& manifest, server::Snapshot* snapshot) {
  const route::Specification specification = SpecificationFrom(manifest, *snapshot->mounts, server_->options());
  snapshot->table = Compiled(manifest.Env(), specification);
  for (const route::RouteSpec& route : specification.routes) {
    snapshot->series.push_back(server_->observations().names.Intern(route.pattern));
  }
  snapshot->has_application = server_->options().slots > 0;
  snapshot->has_urlconf = manifest.IsObject();
  snapshot->unmatched_to_application = manifest.IsObject() && GivesUnmatched(manifest.As<Napi::Object>());
  snapshot->gates = server_->GatesFor(specification);
  snapshot->front = FrontDutiesFrom(manifest);
  snapshot->route_rates = RouteRatesFrom(manifest);
  // Empty for each table of routes: what old code has sent may be wrong for the new one.
  if (const hints::Policy& hints = server_->options().hints; hints.learns) snapshot->hints = std::make_shared<hints::Table>(hints);
  snapshot->view_rules = ViewRulesFrom(manifest, server_->options());
}

}  // namespace fastserve::addon
