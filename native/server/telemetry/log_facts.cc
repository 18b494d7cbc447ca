#include "native/server/telemetry/log_facts.h"

namespace fastserve::server {

std::string_view NameOf(CacheVerdict verdict) {
  switch (verdict) {
    case CacheVerdict::kNone: return {};
    case CacheVerdict::kHit: return "hit";
    case CacheVerdict::kCollapsed: return "collapsed";
    case CacheVerdict::kStale: return "stale";
    case CacheVerdict::kRevalidated: return "revalidated";
    case CacheVerdict::kExpired: return "expired";
    case CacheVerdict::kMiss: return "miss";
    case CacheVerdict::kBypass: return "bypass";
  }
  return {};
}

void LogFacts::Clear() {
  static_cast<LogNumbers&>(*this) = {};
  for (std::string* text : {&method, &target, &user_agent, &referer, &user, &sent_fields, &upstream_server}) text->clear();
  captured.clear();
}

}  // namespace fastserve::server
