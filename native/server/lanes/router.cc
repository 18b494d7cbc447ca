#include "native/server/lanes/router.h"

#include <algorithm>

#include "native/base/clock.h"
#include "native/http/host_pattern.h"
#include "native/http/path.h"
#include "native/proxy/request_writer.h"
#include "native/server/connection/dynamic_coder.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

constexpr std::string_view kAllowAny = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";

bool IsRootMount(const route::MountSpec* mount) { return mount != nullptr && mount->prefix.size() == 1; }

}  // namespace

Router::Router(IoThread& io, bool waits) : io_(io), files_(io.options().look_again_ms, waits) {}

Lane Router::Route(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
                   const Origin& origin, WorkerTarget* target) {
  io_.RefreshSnapshot();
  if (const FrontDuties& front = io_.snapshot()->front; front.trusts_request_id) [[unlikely]] TakeRequestId(front, *head, head_bytes, exchange);
  const Lane lane = Decide(connection, exchange, *head, head_bytes, target);
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

Lane Router::Decide(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                    WorkerTarget* target) {
  // Before the host is looked at: probes name an address of their own choice.
  if (io_.options().health.enabled() && TryHealth(connection, exchange, head, head_bytes)) return Lane::kAnswered;
  const Snapshot* snapshot = io_.snapshot();
  std::string_view host;  // empty where nothing depends on it
  if (snapshot->table->asks_host() || snapshot->front.asks_host() || !io_.options().hosts.empty()) [[unlikely]] {
    host = http::HostOf(head_bytes.substr(head.authority_offset, head.authority_length));
    if (!ServesHost(host)) {
      connection.SendStatus(exchange, 421);
      return Lane::kAnswered;
    }
  }
  if (connection.listening().redirects) {
    RedirectToHttps(connection, exchange, head, head_bytes);
    return Lane::kAnswered;
  }
  if (head.method == http::Method::kTrace) {
    // Cross-site tracing: no application needs it, so it is not offered.
    connection.SendStatus(exchange, 405, kAllowAny);
    return Lane::kAnswered;
  }
  if (head.form == http::TargetForm::kAsterisk) {
    connection.SendStatus(exchange, 204, kAllowAny);
    return Lane::kAnswered;
  }
  std::string_view path = head_bytes.substr(head.path_offset, head.path_length);
  if (path.empty()) {
    path = target->normalized_path = "/";
  } else if (!head.plain_path) {
    size_t length = 0;
    switch (http::NormalizePath(path, path_, &length)) {
      case http::PathStatus::kUnchanged: break;
      case http::PathStatus::kNormalized: path = target->normalized_path = {path_, length}; break;
      case http::PathStatus::kBad:
        connection.SendStatus(exchange, 400);
        return Lane::kAnswered;
    }
  }
  const route::MountSpec* mount = snapshot->table->FindMount(path, host);
  const route::MountSpec* proxied = io_.proxy().rules().empty() ? nullptr : snapshot->table->FindProxied(path, host);
  const bool mount_first = proxied == nullptr || mount == nullptr || mount->prefix.size() >= proxied->prefix.size();
  if (!mount_first && !IsRootMount(proxied)) {
    if (const auto lane = RouteProxy(proxied, head.method, target)) return *lane;
  }
  if (snapshot->front.asks_host() && !HasRightHost(connection, exchange, head, head_bytes, host)) [[unlikely]] return Lane::kAnswered;
  if (mount != nullptr && !IsRootMount(mount)) {
    if (TryFile(connection, exchange, (*snapshot->mounts)[mount->mount_id], path, head, head_bytes)) return Lane::kAnswered;
  }
  if (mount_first && proxied != nullptr && !IsRootMount(proxied)) {
    if (const auto lane = RouteProxy(proxied, head.method, target)) return *lane;
  }
  if (snapshot->has_urlconf) {
    const std::optional<Lane> lane = RouteView(connection, exchange, path, host, head.method, target);
    if (lane) return *lane;
  }
  if (IsRootMount(mount) &&
      TryFile(connection, exchange, (*snapshot->mounts)[mount->mount_id], path, head, head_bytes)) {
    return Lane::kAnswered;
  }
  if (IsRootMount(proxied)) {
    if (const auto lane = RouteProxy(proxied, head.method, target)) return *lane;
  }
  if (snapshot->has_urlconf && match_.kind == route::MatchKind::kSlashRedirect) {
    Redirect(connection, exchange, head, head_bytes);
    return Lane::kAnswered;
  }
  const bool to_application =
      snapshot->has_application && (!snapshot->has_urlconf || snapshot->unmatched_to_application);
  if (!to_application) {
    connection.SendStatus(exchange, 404);
    return Lane::kAnswered;
  }
  target->route = queue::kRouteUnmatched;
  return Lane::kWorker;
}

// False: the path asks for something else.
bool Router::TryHealth(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes) {
  const HealthAnswer health = io_.Health(head_bytes.substr(head.path_offset, head.path_length));
  if (health.status == 0) return false;
  exchange->answered_by = AnsweredBy::kHealth;
  if (head.method != http::Method::kGet && head.method != http::Method::kHead) {
    connection.SendStatus(exchange, 405, "Allow: GET, HEAD\r\n");
    return true;
  }
  Answer answer;
  answer.status = health.status;
  answer.fields = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
  answer.body = Answer::Body::kCopied;
  answer.bytes = health.text;
  connection.Send(exchange, answer);
  return true;
}

bool Router::ServesHost(std::string_view host) const {
  const std::vector<std::string>& patterns = io_.options().hosts;
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [host](const std::string& pattern) {
           return http::HostMatches(pattern, host);
         });
}

// Nothing when the rule is for other methods.
std::optional<Lane> Router::RouteProxy(const route::MountSpec* prefix, http::Method method, WorkerTarget* target) {
  const proxy::RuleSpec& rule = io_.proxy().rules()[prefix->mount_id];
  if ((rule.methods & route::Bit(method)) == 0) return std::nullopt;
  target->rule = &rule;
  target->cache = io_.proxy().CacheOf(prefix->mount_id);
  return Lane::kProxied;
}

// What the URLconf says; nothing when no route matches (match_ tells a slash redirect). The result is the only witness of an
// answer: an answered exchange is gone.
std::optional<Lane> Router::RouteView(Connection& connection, Exchange* exchange, std::string_view path, std::string_view host,
                                      http::Method method, WorkerTarget* target) {
  io_.snapshot()->table->MatchView(method, path, &match_, host);
  switch (match_.kind) {
    case route::MatchKind::kView:
      target->route = match_.route_id;
      if (match_.route_id < io_.snapshot()->series.size()) exchange->series = io_.snapshot()->series[match_.route_id];
      target->param_count = match_.param_count;
      for (uint8_t i = 0; i < match_.param_count; ++i) {
        target->params[i] = {match_.params[i].offset, match_.params[i].length};
      }
      return Lane::kWorker;
    case route::MatchKind::kOpaque:
      target->route = queue::kRouteUnresolved;
      return Lane::kWorker;
    case route::MatchKind::kMethodNotAllowed:
    case route::MatchKind::kOptions: {
      std::string fields("Allow: ");
      fields.append(match_.allow).append("\r\n");
      connection.SendStatus(exchange, match_.kind == route::MatchKind::kOptions ? 204 : 405, fields);
      return Lane::kAnswered;
    }
    case route::MatchKind::kSlashRedirect:
    case route::MatchKind::kNotFound:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fastserve::server
