#include "native/server/gate/route_rates.h"

#include <utility>

#include "native/base/random_seed.h"

namespace fastserve::server {

limits::GcraVerdict RateCounts::Take(std::string_view name, const limits::Gcra& gcra, std::string_view key, int64_t now_ns) {
  std::call_once(made_, [this] { table_ = std::make_unique<limits::RateTable>(keys_, base::RandomSeed()); });
  std::string counted;
  counted.reserve(name.size() + 1 + key.size());
  counted.append(name).push_back('\0');
  counted.append(key);
  return table_->Take(0, gcra, counted, now_ns);
}

void RouteRates::Add(uint16_t route, RouteRate rate) {
  if (by_route_.size() <= route) by_route_.resize(route + size_t{1});
  by_route_[route].push_back(std::move(rate));
}

std::optional<std::string> RouteRates::Judge(uint16_t route, const variables::RequestFacts& facts, int64_t now_ns,
                                             RateCounts* counts) const {
  std::string key;
  for (const RouteRate& rate : by_route_[route]) {
    if (!rate.rule.scope.Allows(facts.head->method)) continue;
    key.clear();
    rate.rule.key.Expand(facts, &key);
    if (key.empty()) continue;
    const limits::GcraVerdict verdict = counts->Take(rate.counted_as, rate.rule.gcra, key, now_ns);
    if (verdict.conforms) continue;
    std::string fields;
    limits::AppendRefusalFields(rate.rule, verdict, &fields);
    return fields;
  }
  return std::nullopt;
}

}  // namespace fastserve::server
