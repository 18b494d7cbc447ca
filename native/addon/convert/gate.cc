#include "native/addon/convert/gate.h"

#include <map>
#include <optional>
#include <string>

#include "native/addon/convert/values.h"
#include "native/auth/basic.h"
#include "native/log/format.h"

namespace fastserve::addon {

namespace {

// 1 TiB, in a second or before the limit: far from where sums of OutputPace end.
constexpr double kMostBandwidth = 1099511627776.0;

limits::Scope ScopeFrom(const Napi::Object& from) {
  return {Text(from, "prefix"), Text(from, "host"), MethodBitsFrom(Child(from, "methods"))};
}

limits::AccessRule AccessRuleFrom(const Napi::Object& from) {
  limits::AccessRule rule;
  rule.scope = ScopeFrom(from);
  rule.deny_all = Flag(from, "denyAll");
  rule.deny = PeersFrom(Child(from, "deny"));
  rule.allow = PeersFrom(Child(from, "allow"));
  rule.has_allow = !rule.allow.none();
  rule.methods = MethodBitsFrom(Child(from, "only"));
  std::string names;
  ForEach(Child(from, "only"), [&](const Napi::Value& name) {
    names.append(names.empty() ? "" : ", ").append(name.As<Napi::String>().Utf8Value());
  });
  rule.allow_line = "Allow: " + names + "\r\n";
  ForEach(Child(from, "fields"), [&](const Napi::Value& value) {
    const Napi::Object field = value.As<Napi::Object>();
    rule.fields.push_back({Text(field, "name"), Text(field, "value")});
  });
  return rule;
}

limits::RateRule RateRuleFrom(const Napi::Object& from) {
  limits::RateRule rule;
  rule.name = Text(from, "name");
  rule.scope = ScopeFrom(from);
  rule.key = KeyFrom(from, "key");
  rule.gcra.interval_ns = Whole<int64_t>(from, "intervalNs", kMostWhole);
  rule.gcra.burst = Whole<int64_t>(from, "burst", 1e6);
  if (rule.gcra.interval_ns == 0) Refuse(from.Env(), "intervalNs must be at least 1");
  rule.delay = Flag(from, "delay");
  rule.dry_run = Flag(from, "dryRun");
  return rule;
}

std::shared_ptr<auth::PasswordCheck> PasswordCheckFrom(const Napi::Object& from) {
  std::map<std::string, auth::ScryptHash, std::less<>> users;
  ForEach(Child(from, "users"), [&](const Napi::Value& value) {
    const Napi::Object user = value.As<Napi::Object>();
    std::optional<std::string> hash = auth::DecodeBase64(Text(user, "hash"));
    if (!hash) Refuse(from.Env(), "hash is no base64");
    users[Text(user, "name")] = {Whole<uint64_t>(user, "work", 1u << 30), Whole<uint64_t>(user, "blockSize", 1u << 20),
                                 Whole<uint64_t>(user, "parallelism", 1u << 10), Text(user, "salt"), std::move(*hash)};
  });
  return users.empty() ? nullptr : std::make_shared<auth::PasswordCheck>(std::move(users));
}

std::shared_ptr<server::VerifyRule> VerifyRuleFrom(const Napi::Object& from) {
  auto rule = std::make_shared<server::VerifyRule>();
  rule->upstream = Text(from, "upstream");
  rule->target = Text(from, "target");
  rule->forward = Texts(from, "forward");
  rule->copy = Texts(from, "copy");
  rule->user_field = Text(from, "user");
  rule->redirects = Flag(from, "redirect");
  rule->timeout_ms = Whole<int64_t>(from, "timeout", kMostMs);
  rule->keep_ms = Whole<int64_t>(from, "keep", kMostMs);
  if (!Text(from, "key").empty()) rule->key = KeyFrom(from, "key");
  return rule;
}

server::AuthRule AuthRuleFrom(const Napi::Object& from) {
  server::AuthRule rule;
  rule.scope = ScopeFrom(from);
  rule.challenge = "WWW-Authenticate: Basic realm=\"" + Text(from, "realm") + "\", charset=\"UTF-8\"\r\n";
  rule.check = PasswordCheckFrom(from);
  const Napi::Value checker = Get(from, "checker");
  if (!checker.IsNull()) rule.verify = VerifyRuleFrom(Child(from, "checker"));
  return rule;
}

}  // namespace

uint16_t MethodBitsFrom(const Napi::Object& names) {
  uint16_t bits = 0;
  ForEach(names, [&](const Napi::Value& value) {
    const std::string name = value.As<Napi::String>().Utf8Value();
    const uint16_t before = bits;
    for (int method = 0; method < http::kMethodCount; ++method) {
      if (http::MethodName(static_cast<http::Method>(method)) == name) bits |= static_cast<uint16_t>(1 << method);
    }
    if (bits == before) Refuse(names.Env(), "unknown method '" + name + "', or one that is there twice");
  });
  return bits;
}

variables::Template KeyFrom(const Napi::Object& from, const char* key) {
  variables::Template compiled;
  variables::TemplateError error;
  if (!variables::Template::Compile(Text(from, key), &compiled, &error)) Refuse(from.Env(), error.message);
  return compiled;
}

http::TrustedPeers PeersFrom(const Napi::Object& list) {
  http::TrustedPeers peers;
  ForEach(list, [&](const Napi::Value& value) {
    const std::string text = value.As<Napi::String>().Utf8Value();
    base::IpNetwork network;
    if (text == "unix") {
      peers.unix_sockets = true;
    } else if (base::ParseIpNetwork(text, &network)) {
      peers.networks.push_back(network);
    } else {
      Refuse(list.Env(), "'" + text + "' is no network");
    }
  });
  return peers;
}

std::shared_ptr<server::Gate> GateFrom(const Napi::Object& from, uint64_t default_body) {
  server::GateRules rules;
  const auto each = [&](const char* key, auto&& add) {
    ForEach(Child(from, key), [&](const Napi::Value& value) { add(value.As<Napi::Object>()); });
  };
  each("access", [&](const Napi::Object& rule) { rules.access.push_back(AccessRuleFrom(rule)); });
  each("bodies", [&](const Napi::Object& rule) {
    rules.bodies.push_back({ScopeFrom(rule), Whole<uint64_t>(rule, "bytes", kMostWhole)});
  });
  each("rates", [&](const Napi::Object& rule) { rules.rates.push_back(RateRuleFrom(rule)); });
  each("concurrency", [&](const Napi::Object& rule) {
    rules.concurrency.push_back({ScopeFrom(rule), Whole<uint32_t>(rule, "most", 4294967295.0), Flag(rule, "dryRun")});
  });
  each("bandwidth", [&](const Napi::Object& rule) {
    rules.bandwidth.push_back({ScopeFrom(rule), {Whole<uint64_t>(rule, "bytesPerSecond", kMostBandwidth), Whole<uint64_t>(rule, "after", kMostBandwidth)}});
  });
  each("auth", [&](const Napi::Object& rule) { rules.auth.push_back(AuthRuleFrom(rule)); });
  rules.connections_per_address = Whole<uint32_t>(from, "connectionsPerAddress", 4294967295.0);
  const Napi::Object rate = Child(from, "connectionRate");
  rules.connection_rate = {Whole<int64_t>(rate, "intervalNs", kMostWhole), Whole<int64_t>(rate, "burst", 1e6)};
  rules.uncounted = PeersFrom(Child(from, "uncounted"));
  rules.rate_keys = Whole<size_t>(from, "rateKeys", 1u << 26);
  return rules.empty() ? nullptr : std::make_shared<server::Gate>(std::move(rules), default_body);
}

http::HeadPolicy HeadPolicyFrom(const Napi::Object& from) {
  std::vector<std::string> lines;
  ForEach(Child(from, "lines"), [&](const Napi::Value& line) { lines.push_back(line.As<Napi::String>().Utf8Value()); });
  if (lines.size() > http::HeadPolicy::kMaxLines) Refuse(from.Env(), "more than 64 lines");
  return {std::move(lines), Flag(from, "hidesIdentity")};
}

namespace {

Napi::Value Problem(Napi::Env env, const variables::TemplateError& error) {
  return Napi::String::New(env, error.message + " (at offset " + std::to_string(error.offset) + ")");
}

}  // namespace

Napi::Value TemplateProblem(const Napi::CallbackInfo& info) {
  variables::Template compiled;
  variables::TemplateError error;
  const std::string text = info[0].As<Napi::String>().Utf8Value();
  return variables::Template::Compile(text, &compiled, &error) ? Napi::String::New(info.Env(), "") : Problem(info.Env(), error);
}

}  // namespace fastserve::addon
