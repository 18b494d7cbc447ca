#include "native/server/lanes/router.h"

#include "native/base/clock.h"
#include "native/proxy/request_writer.h"
#include "native/server/connection/dynamic_coder.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

Router::Router(IoThread& io, bool waits) : io_(io), files_(io.options().look_again_ms, waits) {}

Lane Router::Route(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
                   const Origin& origin, WorkerTarget* target) {
  if (const FrontDuties& front = io_.snapshot()->front; front.trusts_request_id) [[unlikely]] TakeRequestId(front, *head, head_bytes, exchange);
  const Lane lane = Decide({connection, exchange, *head, head_bytes}, target);
  if (lane == Lane::kAnswered) return lane;
  const RouteRates* rates = io_.snapshot()->route_rates.get();
  if (rates != nullptr && lane == Lane::kWorker && rates->Has(target->route) &&
      !IsWithinRates(connection, exchange, *head, head_bytes, origin, *target)) {
    return Lane::kAnswered;
  }
  if (IsCached(lane, *target) && AnswersFromCache(connection, exchange, head, head_bytes, origin, *target)) {
    return Lane::kAnswered;
  }
  AddDynamicCoder(io_.options().dynamic, *head, head_bytes, exchange);
  if (io_.snapshot()->has_internal_mounts) exchange->request_head.assign(head_bytes);
  return lane;
}

bool Router::IsCached(Lane lane, const WorkerTarget& target) const {
  if (lane == Lane::kProxied) return target.cache != nullptr;
  const ViewRules* rules = io_.snapshot()->view_rules.get();
  return rules != nullptr && target.route < rules->size() && (*rules)[target.route];
}

// Whether the cache has answered instead of the view or the upstream, or will.
bool Router::AnswersFromCache(Connection& connection, Exchange* exchange, http::RequestHead* head,
                              std::string_view head_bytes, const Origin& origin, const WorkerTarget& target) {
  if (exchange->stages != nullptr && exchange->stages->tap != nullptr) return false;  // the server's own question
  const std::string_view raw = head_bytes.substr(head->path_offset, head->path_length);
  const std::string_view path = target.normalized_path.empty() ? raw : target.normalized_path;
  const std::shared_ptr<const ViewRules>& views = io_.snapshot()->view_rules;
  CacheTarget cached;
  cached.path = path;
  cached.origin = &origin;
  if (target.cache == nullptr) {
    cached.rule = &*(*views)[target.route];
    cached.views = &views;
    const auto& policy = io_.snapshot()->table->PolicyOf(target.route);
    cached.pool = policy == nullptr ? 0 : policy->pool;
  } else {
    cached.upstream = target.cache;
    cached.rule = &(*target.cache)->rule;
    cached.upgrades = !proxy::WantedUpgrade(*head, head_bytes, *target.rule).empty();
  }
  return io_.cached_answers().Consider(connection, exchange, head, head_bytes, cached);
}

// False: the exchange has its 429. A request that is routed anew (it waited for a worker while the code was replaced, or for
// another one's answer) was counted before.
bool Router::IsWithinRates(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                           const Origin& origin, const WorkerTarget& target) {
  if (exchange->rates_taken) return true;
  exchange->rates_taken = true;
  std::string_view path = target.normalized_path;
  if (path.empty()) path = head_bytes.substr(head.path_offset, head.path_length);
  const variables::RequestFacts facts = FactsOf(connection, head, head_bytes, path, origin);
  const auto refusal = io_.snapshot()->route_rates->Judge(target.route, facts, base::MonotonicNs(), &io_.rate_counts());
  if (!refusal) return true;
  io_.counters().rate_limited.Add();
  connection.SendStatus(exchange, 429, *refusal);
  return false;
}

}  // namespace fastserve::server
