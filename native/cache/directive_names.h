// The directives of Cache-Control by their names (RFC 9111 5.2, RFC 5861).
#pragma once

#include <cstdint>
#include <string_view>

#include "native/cache/directives.h"

namespace fastserve::cache {

struct FlagName {
  std::string_view name;
  bool Directives::* member;
  bool in_answers = true;  // else in requests alone
};
inline constexpr FlagName kFlagNames[] = {
    {"no-store", &Directives::no_store},
    {"no-cache", &Directives::no_cache},
    {"private", &Directives::is_private},
    {"public", &Directives::is_public},
    {"must-revalidate", &Directives::must_revalidate},
    {"proxy-revalidate", &Directives::proxy_revalidate},
    {"must-understand", &Directives::must_understand},
    {"only-if-cached", &Directives::only_if_cached, false},
    {"no-transform", &Directives::no_transform},
};

struct SecondsName {
  std::string_view name;
  int64_t Directives::* member;
  int64_t when_wrong = 0;  // the value that an argument which is no number has
  int64_t when_bare = 0;   // and no argument at all
  bool in_answers = true;
};
inline constexpr SecondsName kSecondsNames[] = {
    {"max-age", &Directives::max_age},
    {"s-maxage", &Directives::s_maxage},
    {"min-fresh", &Directives::min_fresh, kMaxDeltaSeconds, kMaxDeltaSeconds, false},
    {"max-stale", &Directives::max_stale, 0, kMaxDeltaSeconds, false},
    {"stale-while-revalidate", &Directives::stale_while_revalidate},
    {"stale-if-error", &Directives::stale_if_error},
};

}  // namespace fastserve::cache
