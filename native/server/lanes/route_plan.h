// What a snapshot makes of a request, without doing it: for people who ask why. The order is the router's (router.h); the tables
// are those that serve. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/types.h"
#include "native/server/snapshot.h"

namespace fastserve::server {

// One look at a table, in the order of looking.
struct RouteStep {
  enum class Kind : uint8_t {
    kHealth,            // the server's own answer about itself
    kHost,              // no pattern of hosts fits: 421
    kBadPath,           // 400
    kMount,             // `index`: the mount that is asked for a file
    kProxied,           // `index`: the rule of the proxy
    kView,              // `index`: the route id
    kOpaque,            // `index`: the first route that JavaScript must try
    kMethodNotAllowed,  // 405 with `text` as Allow
    kOptions,           // 204 with `text` as Allow
    kSlashRedirect,     // to the path with a slash
    kNotFound,          // the front's 404
    kUnmatched,         // the application's own 404, or an application without a URLconf
  };
  Kind kind;
  uint32_t index = 0;
  std::string text;
  std::vector<std::string> params;
};

// Of a request with this method, host (as http::HostOf gives it) and raw path. More than one step where the first may miss: a
// mount that has no such file and falls through.
std::vector<RouteStep> PlanRoute(const Snapshot& snapshot, const ServerOptions& options, http::Method method, std::string_view host,
                                 std::string_view path);

}  // namespace fastserve::server
