// The rate limits of single views (rateLimit() of the pipeline): what of them the front can judge by itself, by route, and the
// counts that it shares with the workers.
//
// DESIGN: a limit whose key is a text with variables is a rule of its route, and a request beyond it never reaches a worker. One
// whose key is a function of the application's is judged in the worker that runs it. Both count here, so that limits of one name
// count together wherever they are judged, over reloads too.
//
//   I/O thread:  route matched ─► Judge ─────► Take ─┐
//                                                    ├─► one table, by "name\0key"
//   worker:      key(request) ──► takeRate() ► Take ─┘
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/limits/rate_rule.h"
#include "native/limits/rate_table.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

// How often each key was seen lately. Any thread. The table is made when something is counted first.
class RateCounts {
 public:
  // Room for about this many keys.
  explicit RateCounts(size_t keys) : keys_(keys) {}

  // Judges one request of `key` under the limits called `name`, and counts it where it conforms. `now_ns`: monotonic.
  limits::GcraVerdict Take(std::string_view name, const limits::Gcra& gcra, std::string_view key, int64_t now_ns);

 private:
  const size_t keys_;
  std::once_flag made_;
  std::unique_ptr<limits::RateTable> table_;
};

struct RouteRate {
  limits::RateRule rule;   // `scope`: its methods alone
  std::string counted_as;  // limits of one name count together
};

// By route id; immutable once serving.
class RouteRates {
 public:
  // The outermost limit of the view comes first.
  void Add(uint16_t route, RouteRate rate);
  bool empty() const { return by_route_.empty(); }
  bool Has(uint16_t route) const { return route < by_route_.size() && !by_route_[route].empty(); }
  // The field lines of a 429 when a limit of the route has no room for the request; nothing when it may pass. The limits before
  // the one that refuses have counted it.
  std::optional<std::string> Judge(uint16_t route, const variables::RequestFacts& facts, int64_t now_ns, RateCounts* counts) const;

 private:
  std::vector<std::vector<RouteRate>> by_route_;
};

}  // namespace fastserve::server
