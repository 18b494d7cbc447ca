#include "native/addon/convert/files.h"

#include <memory>
#include <string>
#include <utility>

#include "native/addon/convert/compress.h"
#include "native/addon/convert/values.h"
#include "native/http/response/response_head.h"

namespace fastserve::addon {

namespace {

files::CacheRule CacheRuleFrom(const Napi::Object& from) {
  files::CacheRule rule;
  std::string error;
  if (!base::Glob::Compile(Text(from, "match"), &rule.match, &error)) Refuse(from.Env(), error);
  rule.cache_control = Text(from, "cacheControl");
  return rule;
}

// The directory of a build: `cache_control` is its own, the rest is as for the files that it was built from.
std::unique_ptr<files::Mount> BuiltMountFrom(const files::Mount& source, const Napi::Object& from) {
  auto built = std::make_unique<files::Mount>();
  built->prefix = source.prefix;
  built->host = source.host;
  built->root = Text(from, "root");
  built->index.clear();
  built->fallthrough = true;
  built->dotfiles = source.dotfiles;
  built->internal = source.internal;
  built->cache_control = Text(from, "cacheControl");
  built->precompressed = source.precompressed;
  built->compress = source.compress;
  built->fields = source.fields;
  return built;
}

// Everything but the opened roots.
files::Mount MountFrom(const Napi::Object& from) {
  files::Mount mount;
  mount.prefix = Text(from, "prefix");
  mount.host = Text(from, "host");
  mount.root = Text(from, "root");
  mount.index = Texts(from, "index");
  mount.fallthrough = Flag(from, "fallthrough");
  mount.dotfiles = Flag(from, "dotfiles");
  mount.listing = Flag(from, "listing");
  mount.internal = Flag(from, "internal");
  mount.cache_control = Text(from, "cacheControl");
  ForEach(Child(from, "cacheRules"), [&](const Napi::Value& rule) {
    mount.cache_rules.push_back(CacheRuleFrom(rule.As<Napi::Object>()));
  });
  ForEach(Child(from, "precompressed"), [&](const Napi::Value& name) {
    mount.precompressed.push_back(CodingFrom(name));
  });
  mount.compress = Flag(from, "compress");
  int64_t declared_length = -1;
  if (http::AppendCheckedFields(Text(from, "fields"), &mount.fields, &declared_length) != http::FieldBlockStatus::kOk) {
    Refuse(from.Env(), "fields holds a line that is no field");
  }
  mount.fallback = Text(from, "fallback");
  mount.not_found = Text(from, "notFound");
  if (const Napi::Value built = from.Get("built"); built.IsObject()) {
    mount.built = BuiltMountFrom(mount, built.As<Napi::Object>());
  }
  return mount;
}

}  // namespace

std::vector<files::Mount> MountsFrom(const Napi::Object& from) {
  std::vector<files::Mount> mounts;
  ForEach(Child(from, "mounts"), [&](const Napi::Value& value) {
    files::Mount mount = MountFrom(value.As<Napi::Object>());
    std::string error;
    if (!files::OpenRoot(&mount, &error) || (mount.built != nullptr && !files::OpenRoot(mount.built.get(), &error))) {
      Napi::Error refused = Napi::Error::New(from.Env(), error);
      refused.Set("code", "FASTSERVE_MOUNT");
      refused.Set("prefix", mount.prefix);
      throw refused;
    }
    mounts.push_back(std::move(mount));
  });
  return mounts;
}

}  // namespace fastserve::addon
