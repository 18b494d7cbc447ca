#include "native/addon/server/purge.h"

#include <string>

#include "native/server/server.h"

namespace fastserve::addon {

namespace {

bool KindFrom(const std::string& name, cache::Purge::Kind* kind) {
  if (name == "url") *kind = cache::Purge::Kind::kUrl;
  else if (name == "prefix") *kind = cache::Purge::Kind::kPrefix;
  else if (name == "tag") *kind = cache::Purge::Kind::kTag;
  else if (name == "all") *kind = cache::Purge::Kind::kAll;
  else return false;
  return true;
}

}  // namespace

Napi::Value Purge(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 3 || !info[0].IsNumber() || !info[1].IsString() || !info[2].IsString()) {
    throw Napi::TypeError::New(env, "expected purge(serverId, kind, text)");
  }
  cache::Purge purge;
  const std::string text = info[2].As<Napi::String>().Utf8Value();
  if (!KindFrom(info[1].As<Napi::String>().Utf8Value(), &purge.kind)) throw Napi::TypeError::New(env, "unknown kind");
  const bool names_url = purge.kind == cache::Purge::Kind::kUrl || purge.kind == cache::Purge::Kind::kPrefix;
  if (!names_url) {
    purge.text = text;
  } else if (!cache::ParsePurgeUrl(text, &purge)) {
    throw Napi::TypeError::New(env, "expected a URL or a path that begins with '/'");
  }
  const auto server = server::Server::Find(info[0].As<Napi::Number>().Uint32Value());
  return Napi::Number::New(env, server == nullptr ? 0 : static_cast<double>(server->Forget(purge)));
}

}  // namespace fastserve::addon
