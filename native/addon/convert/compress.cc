#include "native/addon/convert/compress.h"

#include <string>
#include <utility>

#include "native/addon/convert/values.h"
#include "native/compress/encoder.h"

namespace fastserve::addon {

namespace {

constexpr http::Coding kCodings[] = {http::Coding::kBrotli, http::Coding::kZstd, http::Coding::kGzip};

}  // namespace

http::Coding CodingFrom(const Napi::Value& value) {
  const std::string name = value.As<Napi::String>().Utf8Value();
  for (const http::Coding coding : kCodings) {
    if (name == http::CodingName(coding)) return coding;
  }
  Refuse(value.Env(), "unknown coding '" + name + "'");
}

compress::Policy PolicyFrom(const Napi::Object& from) {
  compress::Policy policy;
  ForEach(Child(from, "codings"), [&](const Napi::Value& name) { policy.codings.push_back(CodingFrom(name)); });
  policy.types = Texts(from, "types");
  policy.min_bytes = Whole<uint64_t>(from, "minBytes", 1u << 30);
  policy.max_bytes = Whole<uint64_t>(from, "maxBytes", 1u << 30);
  policy.cache_bytes = Whole<size_t>(from, "cacheBytes", kMostWhole);
  const Napi::Object levels = Child(from, "levels");
  for (const http::Coding coding : kCodings) {
    const std::string name(http::CodingName(coding));
    policy.levels[static_cast<size_t>(coding)] = Whole<int>(levels, name.c_str(), compress::LevelsOf(coding).highest);
  }
  return policy;
}

std::shared_ptr<const compress::DynamicPolicy> DynamicPolicyFrom(const Napi::Object& from) {
  compress::DynamicPolicy dynamic;
  dynamic.policy = PolicyFrom(from);
  std::erase_if(dynamic.policy.codings, [](http::Coding coding) { return !compress::CanEncode(coding); });
  dynamic.secrets = Flag(from, "secrets");
  return dynamic.on() ? std::make_shared<const compress::DynamicPolicy>(std::move(dynamic)) : nullptr;
}

}  // namespace fastserve::addon
