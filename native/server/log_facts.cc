#include "native/server/log_facts.h"

#include <utility>

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
  LogFacts fresh;
  for (std::string LogFacts::*text : {&LogFacts::method, &LogFacts::target, &LogFacts::user_agent, &LogFacts::referer,
                                      &LogFacts::user, &LogFacts::sent_fields, &LogFacts::upstream_server}) {
    (this->*text).clear();
    (fresh.*text).swap(this->*text);
  }
  captured.clear();
  fresh.captured.swap(captured);
  *this = std::move(fresh);
}

}  // namespace fastserve::server
