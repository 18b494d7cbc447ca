// What ServerObject tells of the servers of upstreams, and how they are replaced while serving.
#include <array>

#include "native/addon/convert/proxy.h"
#include "native/addon/convert/values.h"
#include "native/addon/server/server_object.h"

namespace fastserve::addon {

namespace {

constexpr std::array<const char*, 3> kCircuitNames = {"closed", "open", "trial"};

Napi::Object ServerState(Napi::Env env, const balance::Server& server) {
  const balance::ServerSettings settings = server.settings();
  Napi::Object state = Napi::Object::New(env);
  const auto set_number = [&](const char* key, double value) { state.Set(key, Napi::Number::New(env, value)); };
  state.Set("label", server.spec.label);
  state.Set("stickyId", server.spec.sticky_id);
  state.Set("circuit", kCircuitNames[static_cast<size_t>(server.health.state())]);
  state.Set("checked", Napi::Boolean::New(env, server.health.checked()));
  state.Set("backup", Napi::Boolean::New(env, settings.backup));
  state.Set("down", Napi::Boolean::New(env, settings.down));
  state.Set("draining", Napi::Boolean::New(env, settings.draining));
  set_number("weight", settings.weight);
  set_number("maxConnections", settings.max_connections);
  set_number("inFlight", server.in_flight.load(std::memory_order_relaxed));
  set_number("answered", static_cast<double>(server.answered.load(std::memory_order_relaxed)));
  set_number("failed", static_cast<double>(server.failed.load(std::memory_order_relaxed)));
  set_number("checksPassed", static_cast<double>(server.checks_passed.load(std::memory_order_relaxed)));
  set_number("checksFailed", static_cast<double>(server.checks_failed.load(std::memory_order_relaxed)));
  set_number("checkStatus", server.check_status.load(std::memory_order_relaxed));
  set_number("latencyUs", server.latency_us());
  return state;
}

}  // namespace

balance::Group& ServerObject::GroupOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!server_) throw Napi::Error::New(env, "the server has ended");
  const auto& upstreams = server_->options().upstreams;
  const double index = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (!(index >= 0 && index < static_cast<double>(upstreams.size()))) throw Napi::TypeError::New(env, "expected the index of an upstream");
  return *upstreams[static_cast<size_t>(index)].group;
}

// (upstream)
Napi::Value ServerObject::UpstreamServers(const Napi::CallbackInfo& info) {
  Napi::Array list = Napi::Array::New(info.Env());
  for (const std::shared_ptr<balance::Server>& server : GroupOf(info).servers()) {
    list.Set(list.Length(), ServerState(info.Env(), *server));
  }
  return list;
}

// (upstream, servers)
void ServerObject::SetUpstreamServers(const Napi::CallbackInfo& info) {
  balance::Group& group = GroupOf(info);
  if (!info[1].IsArray()) throw Napi::TypeError::New(info.Env(), "expected an array of servers");
  group.Set(ServersFrom(info[1].As<Napi::Object>()));
}

}  // namespace fastserve::addon
