#include "native/proxy/request_writer.h"


#include "native/base/bytes.h"
#include "native/http/fields/client_timeout.h"
#include "native/http/fields/field_lines.h"
#include "native/http/fields/field_list.h"
#include "native/http/fields/field_lookup.h"
#include "native/http/fields/line_copier.h"
#include "native/http/grammar/path.h"
#include "native/proxy/field_policy.h"

namespace fastserve::proxy {

namespace {

using http::FieldId;

// RFC 9110 7.6.3: behind the version in which the request came, a name for this server that tells nobody where it is.
constexpr std::string_view kViaName = " fastserve\r\n";

// Bytes of a path that need no escape (RFC 3986 3.3).
bool IsPathByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

void AppendEncoded(std::string_view path, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : path) {
    if (IsPathByte(c)) {
      out->push_back(c);
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    out->append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

// Whether `raw` stands for the decoded path `normal`.
bool MeansSame(std::string_view raw, std::string_view normal) {
  if (raw == normal && raw.find('%') == std::string_view::npos && raw.find("/.") == std::string_view::npos) return true;
  char decoded[http::kMaxHeadBytes];
  size_t length = 0;
  switch (http::NormalizePath(raw, decoded, &length)) {
    case http::PathStatus::kUnchanged: return raw == normal;
    case http::PathStatus::kNormalized: return std::string_view(decoded, length) == normal;
    case http::PathStatus::kBad: return false;
  }
  return false;
}

// X-Forwarded-* beside the three known ones, and X-Real-IP: what a client claims to be.
bool IsClaim(std::string_view name) {
  return base::StartsWithIgnoreCase(name, "x-forwarded-") || base::EqualsIgnoreCase(name, "x-real-ip");
}

// What Connection may name without effect.
bool IsProtected(FieldId id) {
  switch (id) {
    case FieldId::kHost:
    case FieldId::kCookie:
    case FieldId::kAuthorization:
    case FieldId::kContentType:
    case FieldId::kContentEncoding:
    case FieldId::kOrigin:
    case FieldId::kRange:
    case FieldId::kCacheControl:
      return true;
    default:
      return false;
  }
}

// What is written anew, or goes no further.
bool IsReplaced(FieldId id) {
  switch (id) {
    case FieldId::kHost:
    case FieldId::kExpect:
    case FieldId::kVia:
    case FieldId::kForwarded:
    case FieldId::kXForwardedFor:
    case FieldId::kXForwardedHost:
    case FieldId::kXForwardedProto:
      return true;
    default:
      return false;
  }
}

bool Passes(const http::Field& field, std::string_view name, const Nominations& nominations, const RuleSpec& rule,
            const ClientFacts& facts) {
  const auto id = static_cast<FieldId>(field.name_id);
  if (IsReplaced(id) || IsHopByHop(id, name)) return false;
  if (!facts.trace_parent.empty()) {
    if (id == FieldId::kTraceparent || (id == FieldId::kTracestate && !facts.continues_trace)) return false;
  }
  if (id == FieldId::kUnknown) {
    if (name.find('_') != std::string_view::npos) return false;
    if ((!facts.trusted || facts.disguised || rule.forwarded == ForwardedForm::kNone) && IsClaim(name)) return false;
    if (base::EqualsIgnoreCase(name, "http2-settings")) return false;
    if (facts.renews_timeouts && http::IsTimeoutField(name)) [[unlikely]] return false;
  }
  if (!IsProtected(id) && nominations.Has(name)) return false;
  return rule.set_names.empty() || !base::ContainsIgnoreCase(rule.set_names, name);
}

}  // namespace

void AppendTarget(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, size_t prefix_length,
                  std::string* out) {
  const std::string_view raw = head_bytes.substr(head.path_offset, head.path_length);
  std::string_view wanted = path.substr(prefix_length);
  if (wanted.empty()) wanted = "/";
  // The prefix as it stands in the path that matched may be written otherwise in the raw one, or only come out of dot
  // segments that would lead elsewhere without it.
  const bool same_start = raw.substr(0, prefix_length) == path.substr(0, prefix_length);
  const std::string_view rest = raw.size() > prefix_length ? raw.substr(prefix_length) : std::string_view("/");
  if (prefix_length == 0 && !raw.empty()) {
    out->append(raw);
  } else if (same_start && MeansSame(rest, wanted)) {
    out->append(rest);
  } else {
    AppendEncoded(wanted, out);
  }
  if (head.has_query) out->append("?").append(head_bytes.substr(head.query_offset, head.query_length));
}

std::string_view WantedUpgrade(const http::RequestHead& head, std::string_view head_bytes, const RuleSpec& rule) {
  const http::Field* field = head.Find(FieldId::kUpgrade);
  if (field == nullptr || rule.upgrades.empty()) return {};
  const std::string_view protocol = http::ValueOf(*field, head_bytes);
  const bool plain = head.method == http::Method::kGet && head.minor_version == 1 &&
                     head.framing != http::BodyFraming::kChunked && head.content_length == 0;
  if (!plain || !base::ContainsIgnoreCase(rule.upgrades, protocol)) return {};
  for (const http::Field* other = field + 1; other < head.fields + head.field_count; ++other) {
    if (other->name_id == field->name_id) return {};
  }
  return Nominations(head, head_bytes).Has("upgrade") ? protocol : std::string_view{};
}

void AppendRequestFields(const http::RequestHead& head, std::string_view head_bytes, const RuleSpec& rule,
                         const ClientFacts& facts, std::string_view host, std::string_view upgrade, std::string* out) {
  base::AppendAll(out, "Host: ", host, "\r\n");
  const Nominations nominations(head, head_bytes);
  http::LineCopier lines(head_bytes, out);
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    if (Passes(field, http::NameOf(field, head_bytes), nominations, rule, facts)) lines.Take(field);
  }
  lines.Flush();
  AppendForwardingFields(head, head_bytes, rule.forwarded, facts, out);
  if (!facts.trace_parent.empty()) out->append("traceparent: ").append(facts.trace_parent).append("\r\n");
  if (rule.via) {
    base::AppendAll(out, "Via: ");
    if (http::AppendJoined(head, head_bytes, FieldId::kVia, out)) out->append(", ");
    base::AppendAll(out, head.minor_version == 0 ? "1.0" : "1.1", kViaName);
  }
  out->append(rule.set_lines);
  if (!upgrade.empty()) out->append("Connection: Upgrade\r\nUpgrade: ").append(upgrade).append("\r\n");
}

void AppendRequestTrailers(std::string_view section, const RuleSpec& rule, std::string* out) {
  for (http::FieldLine line; http::TakeFieldLine(&section, &line);) {
    const std::string_view name = line.name;
    if (http::LookupField(name, name.size()) != FieldId::kUnknown || IsHopByHop(FieldId::kUnknown, name)) continue;
    if (name.find('_') != std::string_view::npos || IsClaim(name) || base::StartsWithIgnoreCase(name, "x-accel-")) continue;
    if (!base::ContainsIgnoreCase(rule.set_names, name)) out->append(line.whole);
  }
}

}  // namespace fastserve::proxy
