#include "native/addon/fragments.h"

#include <string>
#include <utility>

#include "native/base/clock.h"
#include "native/cache/fragments.h"
#include "native/server/server.h"

namespace fastserve::addon {

Napi::Value FindFragment(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 2 || !info[0].IsNumber() || !info[1].IsString()) {
    throw Napi::TypeError::New(env, "expected findFragment(serverId, key)");
  }
  const auto server = server::Server::Find(info[0].As<Napi::Number>().Uint32Value());
  if (server == nullptr || server->store() == nullptr) return env.Null();
  uint64_t purges_seen = 0;
  const std::string key = info[1].As<Napi::String>().Utf8Value();
  const cache::EntryRef found = cache::FindFragment(*server->store(), key, base::MonotonicMs(), &purges_seen);
  if (!found) return Napi::Number::New(env, static_cast<double>(purges_seen));
  const std::string_view text = found->content->whole().memory();
  return Napi::String::New(env, text.data(), text.size());
}

void KeepFragment(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 6 || !info[0].IsNumber() || !info[1].IsString() || !info[2].IsString() || !info[3].IsNumber() ||
      !info[4].IsNumber() || !info[5].IsArray()) {
    throw Napi::TypeError::New(env, "expected keepFragment(serverId, key, text, purgesSeen, lifetimeSeconds, tags)");
  }
  const auto server = server::Server::Find(info[0].As<Napi::Number>().Uint32Value());
  if (server == nullptr || server->store() == nullptr) return;
  cache::NewFragment fragment;
  fragment.key = info[1].As<Napi::String>().Utf8Value();
  fragment.text = info[2].As<Napi::String>().Utf8Value();
  fragment.purges_seen = static_cast<uint64_t>(info[3].As<Napi::Number>().Int64Value());
  fragment.lifetime_s = info[4].As<Napi::Number>().Int64Value();
  const auto tags = info[5].As<Napi::Array>();
  for (uint32_t i = 0; i < tags.Length(); ++i) fragment.tags.push_back(tags.Get(i).ToString().Utf8Value());
  cache::KeepFragment(*server->store(), std::move(fragment), base::MonotonicMs());
}

}  // namespace fastserve::addon
