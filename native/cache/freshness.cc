#include "native/cache/freshness.h"

#include <algorithm>

namespace fastserve::cache {
namespace {

// RFC 9110 15.1: may be stored without an explicit lifetime. 206 is not stored here at all.
bool IsHeuristicallyCacheable(uint16_t status) {
  constexpr uint16_t kStatuses[] = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501};
  return std::ranges::find(kStatuses, status) != std::end(kStatuses);
}

// A lifetime that the response gives itself, in the order of RFC 9111 4.2.1; kAbsent: none.
int64_t OwnLifetime(const ResponseFacts& response, int64_t wall_s) {
  const Directives& directives = response.directives;
  if (response.accel_expires_s != kAbsent) return response.accel_expires_s;
  if (directives.s_maxage != kAbsent) return directives.s_maxage;
  if (directives.max_age != kAbsent) return directives.max_age;
  if (!response.has_expires) return kAbsent;
  return std::max<int64_t>(0, response.expires - (response.date == kAbsent ? wall_s : response.date));
}

int64_t GivenLifetime(const ResponseFacts& response, const Rule& rule, int64_t wall_s) {
  for (const StatusLifetime& given : rule.lifetimes) {
    if (given.status == response.status) return given.lifetime_s;
  }
  const bool guess = rule.heuristic && response.last_modified != kAbsent &&
                     (IsHeuristicallyCacheable(response.status) || response.directives.is_public);
  if (!guess) return kAbsent;
  const int64_t date = response.date == kAbsent ? wall_s : response.date;
  return std::max<int64_t>(0, date - response.last_modified) / 10;
}

// Whether the application says that everybody may have the answer, and not only that its reader may keep it.
bool SaysShared(const ResponseFacts& response) {
  const Directives& directives = response.directives;
  const bool has_lifetime = directives.max_age != kAbsent || response.has_expires;
  return response.accel_expires_s != kAbsent || directives.s_maxage != kAbsent || (directives.is_public && has_lifetime);
}

bool Withholds(const Directives& directives, std::string_view name) {
  return std::ranges::find(directives.withheld_fields, name) != directives.withheld_fields.end();
}

bool IsForbidden(const RequestFacts& request, const ResponseFacts& response, const Rule& rule) {
  const Directives& directives = response.directives;
  const uint16_t status = response.status;
  if (status < 200 || status == 206 || status == 304 || response.names_file) return true;
  // Content-Range means something in 206 alone (RFC 9110 14.4); from a view it is a slip.
  if (response.partial && rule.explicit_only) return true;
  // must-understand: whoever knows the status and its meaning for caches may pass over no-store (5.2.2.3).
  const bool understood = directives.must_understand && IsHeuristicallyCacheable(status);
  if (directives.must_understand && !IsHeuristicallyCacheable(status)) return true;
  if ((directives.no_store && !understood) || directives.is_private || response.varies_on_all) return true;
  if (response.sets_cookies && !rule.stores_cookies && !Withholds(directives, "set-cookie")) return true;
  if (rule.obeys_requests && request.directives.no_store) return true;
  const bool for_all = directives.is_public || directives.s_maxage != kAbsent || directives.must_revalidate;
  if (request.has_authorization && !for_all) return true;
  if (!rule.explicit_only) return false;
  // A page that looked at the client's cookies is one client's page, whatever its decorator says.
  return !SaysShared(response) || std::ranges::find(response.vary, "cookie") != response.vary.end();
}

}  // namespace

Verdict Judge(const RequestFacts& request, const ResponseFacts& response, const Rule& rule, int64_t wall_s,
              int64_t delay_s) {
  Verdict verdict;
  if (IsForbidden(request, response, rule)) return verdict;
  const Directives& directives = response.directives;
  const int64_t own = OwnLifetime(response, wall_s);
  const int64_t lifetime = own != kAbsent ? own : GivenLifetime(response, rule, wall_s);
  const int64_t apparent_age = response.date == kAbsent ? 0 : std::max<int64_t>(0, wall_s - response.date);
  verdict.initial_age_s = std::max(apparent_age, response.age_s + delay_s);
  verdict.lifetime_s = std::max<int64_t>(lifetime, 0);
  verdict.no_cache = directives.no_cache;
  // s-maxage has the meaning of proxy-revalidate (5.2.2.10).
  verdict.must_revalidate =
      directives.must_revalidate || directives.proxy_revalidate || (directives.s_maxage != kAbsent && !rule.explicit_only);
  const auto or_else = [](int64_t value, int64_t fallback) { return value == kAbsent ? fallback : value; };
  verdict.stale_while_revalidate_s = or_else(directives.stale_while_revalidate, rule.stale_while_revalidate_s);
  verdict.stale_if_error_s = or_else(directives.stale_if_error, rule.stale_if_error_s);
  if (directives.stale_while_revalidate != kAbsent || directives.stale_if_error != kAbsent) {
    // Said by the same response, these are the exception that it allows (RFC 5861).
    verdict.must_revalidate = directives.must_revalidate || directives.proxy_revalidate;
  }
  const bool can_be_validated = !response.etag.empty() || response.last_modified != kAbsent;
  const bool usable_fresh = verdict.lifetime_s > verdict.initial_age_s && !verdict.no_cache;
  const bool usable_stale = lifetime != kAbsent && (verdict.stale_while_revalidate_s > 0 || verdict.stale_if_error_s > 0);
  verdict.storable = usable_fresh || usable_stale || (can_be_validated && !rule.explicit_only);
  return verdict;
}

Use UseOf(const Entry& entry, const RequestFacts& request, const Rule& rule, int64_t now_ms) {
  if (entry.no_cache) return Use::kRevalidate;
  const int64_t fresh_for = entry.FreshFor(now_ms);
  const int64_t stale_for = -fresh_for;
  const bool revalidates_behind = !entry.must_revalidate && stale_for < entry.stale_while_revalidate_s;
  const Use unasked = fresh_for > 0 ? Use::kFresh : revalidates_behind ? Use::kStale : Use::kRevalidate;
  if (!rule.obeys_requests) return unasked;
  const Directives& asked = request.directives;
  if (asked.no_cache) return Use::kRevalidate;
  if (asked.max_age != kAbsent && entry.AgeAt(now_ms) > asked.max_age) {
    if (asked.max_stale == kAbsent || entry.must_revalidate) return Use::kRevalidate;
  }
  if (asked.max_age == 0) return Use::kRevalidate;
  if (asked.min_fresh != kAbsent && fresh_for < asked.min_fresh) return Use::kRevalidate;
  const bool stale_accepted = asked.max_stale != kAbsent && !entry.must_revalidate && stale_for <= asked.max_stale;
  return unasked == Use::kRevalidate && stale_accepted ? Use::kStale : unasked;
}

bool MayAnswerAfterError(const Entry& entry, int64_t now_ms) {
  const int64_t fresh_for = entry.FreshFor(now_ms);
  // An older error says nothing that the new one does not say better.
  if (entry.no_cache || entry.status >= 500) return false;
  return fresh_for > 0 || (!entry.must_revalidate && -fresh_for < entry.stale_if_error_s);
}

}  // namespace fastserve::cache
