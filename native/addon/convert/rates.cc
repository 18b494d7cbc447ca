#include "native/addon/convert/rates.h"

#include <string>

#include "native/addon/convert/gate.h"
#include "native/addon/convert/values.h"
#include "native/base/clock.h"
#include "native/server/server.h"

namespace fastserve::addon {

namespace {

limits::Gcra EvenRateFrom(const Napi::Value& limit, const Napi::Value& window_ms) {
  constexpr int64_t kNsPerMs = 1'000'000;
  constexpr double kLongestMs = 366.0 * 86'400'000;
  const double count = limit.IsNumber() ? limit.As<Napi::Number>().DoubleValue() : 0;
  const double window = window_ms.IsNumber() ? window_ms.As<Napi::Number>().DoubleValue() : 0;
  if (!(count >= 1 && count <= kMostWhole && window >= 1 && window <= kLongestMs)) Refuse(limit.Env(), "no rate");
  return limits::EvenRate(static_cast<int64_t>(count), static_cast<int64_t>(window) * kNsPerMs);
}

// RouteRate of src/gateway/contract.ts.
server::RouteRate RouteRateFrom(const Napi::Object& from) {
  server::RouteRate rate;
  rate.counted_as = Text(from, "name");
  rate.rule.name = Text(from, "label");
  rate.rule.scope.methods = MethodBitsFrom(Child(from, "methods"));
  rate.rule.key = KeyFrom(from, "key");
  rate.rule.gcra = EvenRateFrom(Get(from, "limit"), Get(from, "windowMs"));
  return rate;
}

}  // namespace

std::shared_ptr<const server::RouteRates> RouteRatesFrom(const Napi::Value& manifest) {
  if (!manifest.IsObject()) return nullptr;
  auto rates = std::make_shared<server::RouteRates>();
  uint16_t route = 0;
  ForEach(Child(manifest.As<Napi::Object>(), "routes"), [&](const Napi::Value& entry) {
    const uint16_t id = route++;
    const Napi::Value list = entry.As<Napi::Object>().Get("rates");
    if (!list.IsArray()) return;
    ForEach(list.As<Napi::Object>(), [&](const Napi::Value& value) { rates->Add(id, RouteRateFrom(value.As<Napi::Object>())); });
  });
  return rates->empty() ? nullptr : rates;
}

// The JavaScript thread of a worker; one short lock that I/O threads take, too.
Napi::Value TakeRate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 5 || !info[0].IsNumber() || !info[1].IsString() || !info[2].IsString()) {
    throw Napi::TypeError::New(env, "expected takeRate(serverId, name, key, limit, windowMs)");
  }
  const limits::Gcra gcra = EvenRateFrom(info[3], info[4]);
  const auto server = server::Server::Find(info[0].As<Napi::Number>().Uint32Value());
  if (server == nullptr) return Napi::Number::New(env, 0);
  const std::string name = info[1].As<Napi::String>().Utf8Value();
  const std::string key = info[2].As<Napi::String>().Utf8Value();
  const limits::GcraVerdict verdict = server->rate_counts().Take(name, gcra, key, base::MonotonicNs());
  return Napi::Number::New(env, static_cast<double>(verdict.wait_ns) / 1e6);
}

}  // namespace fastserve::addon
