#include "native/proxy/response_fields.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/field_lines.h"
#include "native/http/fields/field_list.h"
#include "native/http/fields/field_lookup.h"
#include "native/http/fields/identity_names.h"
#include "native/http/fields/line_copier.h"
#include "native/http/grammar/date.h"
#include "native/http/grammar/host_pattern.h"
#include "native/proxy/field_policy.h"

namespace fastserve::proxy {

namespace {

using base::EqualsIgnoreCase;
using base::StartsWithIgnoreCase;
using http::FieldId;

// What has no meaning, or a dangerous one, behind the content.
bool ControlsAnswer(std::string_view name) {
  constexpr std::string_view kNames[] = {"age", "authorization", "cache-control", "date", "etag", "expires", "host", "location",
                                         "last-modified", "pragma", "retry-after", "set-cookie", "vary", "warning",
                                         "www-authenticate", "strict-transport-security"};
  return StartsWithIgnoreCase(name, "content-") || StartsWithIgnoreCase(name, "x-accel-") ||
         base::ContainsIgnoreCase(kNames, name);
}

enum class Special : uint8_t { kNone, kReference, kRefresh, kCookie, kAccel };

Special SpecialOf(std::string_view name) {
  switch (name.size()) {
    case 7: return EqualsIgnoreCase(name, "refresh") ? Special::kRefresh : Special::kNone;
    case 8: return EqualsIgnoreCase(name, "location") ? Special::kReference : Special::kNone;
    case 10: return EqualsIgnoreCase(name, "set-cookie") ? Special::kCookie : Special::kNone;
    case 16:
      if (EqualsIgnoreCase(name, "content-location")) return Special::kReference;
      break;
    default: break;
  }
  return StartsWithIgnoreCase(name, "x-accel-") ? Special::kAccel : Special::kNone;
}

void ReadAccel(std::string_view name, std::string_view value, AnswerSignals* signals) {
  if (EqualsIgnoreCase(name, "x-accel-redirect")) signals->file = value;
  if (EqualsIgnoreCase(name, http::kLimitRateName)) http::ParseLimitRate(value, &signals->limit_rate);
  if (EqualsIgnoreCase(name, "x-accel-buffering")) signals->unbuffered = EqualsIgnoreCase(value, "no");
}

// The rule's prefix without its last slash, where the upstream does not know it; else empty.
std::string_view MissingPrefix(const RuleSpec& rule) {
  const std::string_view prefix = rule.prefix;
  return rule.strip_prefix ? prefix.substr(0, prefix.size() - 1) : std::string_view{};
}

// "http://host:port" at the start of `reference`; the length of scheme and authority, 0 when it is no absolute one.
size_t OriginLength(std::string_view reference) {
  size_t start = 0;
  if (StartsWithIgnoreCase(reference, "http://")) start = 7;
  if (StartsWithIgnoreCase(reference, "https://")) start = 8;
  if (start == 0) return 0;
  return std::min(reference.find_first_of("/?#", start), reference.size());
}

std::string_view AuthorityOf(std::string_view origin) { return origin.substr(origin.find("//") + 2); }

// "5; url=/x" and "5;URL='http://...'": the reference stands behind the last "url=".
void AppendRefresh(std::string_view value, const RuleSpec& rule, const PublicPlace& place, std::string* out) {
  size_t at = 0;
  while (at + 4 <= value.size() && !EqualsIgnoreCase(value.substr(at, 4), "url=")) ++at;
  if (at + 4 > value.size()) {
    out->append(value);
    return;
  }
  at += 4;
  std::string_view reference = value.substr(at);
  std::string_view quote;
  if (reference.size() >= 2 && (reference.front() == '"' || reference.front() == '\'') &&
      reference.back() == reference.front()) {
    quote = reference.substr(0, 1);
    reference = reference.substr(1, reference.size() - 2);
  }
  out->append(value.substr(0, at)).append(quote);
  AppendPublicReference(reference, rule, place, out);
  out->append(quote);
}

void AppendSpecial(Special kind, std::string_view value, const RuleSpec& rule, const PublicPlace& place, std::string* out) {
  switch (kind) {
    case Special::kReference: return AppendPublicReference(value, rule, place, out);
    case Special::kRefresh: return AppendRefresh(value, rule, place, out);
    case Special::kCookie: return AppendPublicCookie(value, rule, place, out);
    case Special::kAccel:
    case Special::kNone: out->append(value);
  }
}

}  // namespace

void AppendTrailers(std::string_view section, const RuleSpec& rule, std::string* out) {
  for (http::FieldLine line; http::TakeFieldLine(&section, &line);) {
    const std::string_view name = line.name;
    if (IsHopByHop(http::LookupField(name, name.size()), name) || http::RevealsUpstream(name) || ControlsAnswer(name)) continue;
    if (!rule.withheld.Withholds(name)) out->append(line.whole);
  }
}

void AppendPublicReference(std::string_view reference, const RuleSpec& rule, const PublicPlace& place, std::string* out) {
  const size_t origin = OriginLength(reference);
  std::string_view path = reference;
  if (origin > 0) {
    const std::string_view authority = AuthorityOf(reference.substr(0, origin));
    const bool own = EqualsIgnoreCase(authority, place.upstream_authority) || EqualsIgnoreCase(authority, place.host);
    if (!own) {
      out->append(reference);
      return;
    }
    // Without a host of its own the reference stays relative to what the client asked for.
    if (!place.host.empty()) out->append(place.scheme).append("://").append(place.host);
    path = reference.substr(origin);
    if (path.empty() && place.host.empty()) path = "/";
  }
  const std::string_view prefix = MissingPrefix(rule);
  const bool below_root = path.starts_with('/') && !path.starts_with("//");
  if (!prefix.empty() && (below_root || (origin > 0 && !path.starts_with("//")))) out->append(prefix);
  out->append(path);
}

void AppendPublicCookie(std::string_view value, const RuleSpec& rule, const PublicPlace& place, std::string* out) {
  const std::string_view prefix = MissingPrefix(rule);
  for (bool first = true; !value.empty() || first; first = false) {
    const size_t semicolon = std::min(value.find(';'), value.size());
    const std::string_view part = value.substr(0, semicolon);
    value.remove_prefix(std::min(semicolon + 1, value.size()));
    const std::string_view attribute = base::TrimOws(part);
    if (!first && StartsWithIgnoreCase(attribute, "domain=")) {
      std::string_view domain = attribute.substr(7);
      if (domain.starts_with('.')) domain.remove_prefix(1);
      // The upstream's own name means nothing to a client: the cookie becomes one of the public host.
      if (EqualsIgnoreCase(domain, http::HostOf(place.upstream_authority))) continue;
    }
    if (!first) out->push_back(';');
    if (!first && !prefix.empty() && StartsWithIgnoreCase(attribute, "path=/")) {
      out->append(" ").append(attribute.substr(0, 5)).append(prefix).append(attribute.substr(5));
    } else {
      out->append(part);
    }
  }
}

AnswerSignals AppendResponseFields(const ResponseHead& head, std::string_view head_bytes, const RuleSpec& rule,
                                   const PublicPlace& place, Reader reader, std::string* out) {
  AnswerSignals signals;
  const bool for_cache = reader == Reader::kCache;
  const Nominations nominations(head, head_bytes);
  // What has an id says nothing to us but in these, and most lines have one.
  constexpr uint64_t kLookedAt = kHopByHopIds | http::BitOf(FieldId::kUnknown) | http::BitOf(FieldId::kDate) | http::BitOf(FieldId::kVia);
  const uint64_t looked_at = nominations.any() || (!for_cache && rule.withheld.on()) ? ~uint64_t{0} : kLookedAt;
  http::LineCopier lines(head_bytes, out);
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    const auto id = static_cast<FieldId>(field.name_id);
    if ((http::BitOf(id) & looked_at) == 0) {
      lines.Take(field);
      continue;
    }
    const std::string_view name = http::NameOf(field, head_bytes);
    const std::string_view value = http::ValueOf(field, head_bytes);
    if (IsHopByHop(id, name) || nominations.Has(name)) continue;
    if (id == FieldId::kDate) {
      // In place of an invalid one the client gets the time of now (RFC 9110 6.6.1).
      if (signals.has_date || !http::IsHttpDate(value)) continue;
      signals.has_date = true;
    }
    Special special = Special::kNone;
    if (id == FieldId::kUnknown || id == FieldId::kVia) {
      if (http::RevealsUpstream(name)) continue;
      special = SpecialOf(name);
      if (special == Special::kAccel) {
        ReadAccel(name, value, &signals);
        if (!for_cache || !EqualsIgnoreCase(name, "x-accel-expires")) continue;
        special = Special::kNone;
      }
    }
    if (!for_cache && rule.withheld.on() && rule.withheld.Withholds(name)) continue;
    if (special == Special::kNone || !rule.rewrite) {
      lines.Take(field);
      continue;
    }
    lines.Flush();
    base::AppendAll(out, name, ": ");
    AppendSpecial(special, value, rule, place, out);
    base::AppendAll(out, "\r\n");
  }
  lines.Flush();
  return signals;
}

}  // namespace fastserve::proxy
