// Which lane a request takes, in this order: health, host, redirects to https, prefixes, URLconf, what stands at "/".
#include <algorithm>

#include "native/http/grammar/host_pattern.h"
#include "native/http/grammar/path.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/router.h"

namespace fastserve::server {

namespace {

constexpr std::string_view kAllowAny = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";

bool IsRootMount(const route::MountSpec* mount) { return mount != nullptr && mount->prefix.size() == 1; }

}  // namespace

// False: the path asks for something else.
bool Router::TryHealth(const Asked& asked) {
  const HealthAnswer health = io_.Health(asked.head_bytes.substr(asked.head.path_offset, asked.head.path_length));
  if (health.status == 0) return false;
  asked.exchange->answered_by = AnsweredBy::kHealth;
  if (asked.head.method != http::Method::kGet && asked.head.method != http::Method::kHead) {
    asked.connection.SendStatus(asked.exchange, 405, "Allow: GET, HEAD\r\n");
    return true;
  }
  Answer answer;
  answer.status = health.status;
  answer.fields = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
  answer.body = Answer::Body::kCopied;
  answer.bytes = health.text;
  asked.connection.Send(asked.exchange, answer);
  return true;
}

bool Router::ServesHost(std::string_view host) const {
  const std::vector<std::string>& patterns = io_.options().hosts;
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [host](const std::string& pattern) {
           return http::HostMatches(pattern, host);
         });
}

// asked->host stays empty where nothing depends on it. False: another one is served, the exchange has its 421.
inline bool Router::FindHost(Asked* asked) const {
  const Snapshot* snapshot = io_.snapshot();
  if (!snapshot->table->asks_host() && !snapshot->front.asks_host() && io_.options().hosts.empty()) [[likely]] return true;
  asked->host = http::HostOf(asked->head_bytes.substr(asked->head.authority_offset, asked->head.authority_length));
  if (ServesHost(asked->host)) return true;
  asked->connection.SendStatus(asked->exchange, 421);
  return false;
}

// True: what is asked for does not depend on a path, and has its answer.
inline bool Router::AnswersWithoutPath(const Asked& asked) {
  if (asked.connection.listening().redirects) {
    RedirectToHttps(asked);
    return true;
  }
  if (asked.head.method == http::Method::kTrace) {
    // Cross-site tracing: no application needs it, so it is not offered.
    asked.connection.SendStatus(asked.exchange, 405, kAllowAny);
    return true;
  }
  if (asked.head.form == http::TargetForm::kAsterisk) {
    asked.connection.SendStatus(asked.exchange, 204, kAllowAny);
    return true;
  }
  return false;
}

// asked->path in normal form. False: it has none, the exchange has its 400.
inline bool Router::FindPath(Asked* asked, WorkerTarget* target) {
  const http::RequestHead& head = asked->head;
  asked->path = asked->head_bytes.substr(head.path_offset, head.path_length);
  if (asked->path.empty()) {
    asked->path = target->normalized_path = "/";
  } else if (!head.plain_path) {
    size_t length = 0;
    switch (http::NormalizePath(asked->path, path_, &length)) {
      case http::PathStatus::kUnchanged: break;
      case http::PathStatus::kNormalized: asked->path = target->normalized_path = {path_, length}; break;
      case http::PathStatus::kBad:
        asked->connection.SendStatus(asked->exchange, 400);
        return false;
    }
  }
  return true;
}

// Directories and upstreams with a prefix: the longer one goes first, a directory before an upstream with the same. Nothing where
// neither takes the request.
inline std::optional<Lane> Router::DecideByPrefix(const Asked& asked, WorkerTarget* target) {
  const route::MountSpec* const mount = asked.mount;
  const route::MountSpec* const proxied = asked.proxied;
  const bool mount_first = proxied == nullptr || mount == nullptr || mount->prefix.size() >= proxied->prefix.size();
  if (!mount_first && !IsRootMount(proxied)) {
    if (const auto lane = RouteProxy(asked, target)) return lane;
  }
  if (io_.snapshot()->front.asks_host() && !HasRightHost(asked)) [[unlikely]] return Lane::kAnswered;
  if (mount != nullptr && !IsRootMount(mount) && TryFile(asked)) return Lane::kAnswered;
  if (mount_first && proxied != nullptr && !IsRootMount(proxied)) return RouteProxy(asked, target);
  return std::nullopt;
}

// The URLconf, then what stands at "/" and has the rest, then what nobody has.
inline Lane Router::DecideByUrlconf(const Asked& asked, WorkerTarget* target) {
  const Snapshot* snapshot = io_.snapshot();
  if (snapshot->has_urlconf) {
    if (const auto lane = RouteView(asked, target)) return *lane;
  }
  if (IsRootMount(asked.mount) && TryFile(asked)) return Lane::kAnswered;
  if (IsRootMount(asked.proxied)) {
    if (const auto lane = RouteProxy(asked, target)) return *lane;
  }
  if (snapshot->has_urlconf && match_.kind == route::MatchKind::kSlashRedirect) {
    Redirect(asked);
    return Lane::kAnswered;
  }
  if (!snapshot->has_application || (snapshot->has_urlconf && !snapshot->unmatched_to_application)) {
    asked.connection.SendStatus(asked.exchange, 404);
    return Lane::kAnswered;
  }
  target->route = queue::kRouteUnmatched;
  return Lane::kWorker;
}

// The steps are `inline`: called here alone, by every request.
Lane Router::Decide(Asked asked, WorkerTarget* target) {
  // Before the host is looked at: probes name an address of their own choice.
  if (io_.options().health.enabled() && TryHealth(asked)) return Lane::kAnswered;
  if (!FindHost(&asked) || AnswersWithoutPath(asked) || !FindPath(&asked, target)) return Lane::kAnswered;
  const route::Table& table = *io_.snapshot()->table;
  asked.mount = table.FindMount(asked.path, asked.host);
  if (!io_.proxy().rules().empty()) asked.proxied = table.FindProxied(asked.path, asked.host);
  if (const auto lane = DecideByPrefix(asked, target)) return *lane;
  return DecideByUrlconf(asked, target);
}

// Nothing when the rule is for other methods.
std::optional<Lane> Router::RouteProxy(const Asked& asked, WorkerTarget* target) {
  const proxy::RuleSpec& rule = io_.proxy().rules()[asked.proxied->mount_id];
  if ((rule.methods & route::Bit(asked.head.method)) == 0) return std::nullopt;
  target->rule = &rule;
  target->cache = io_.proxy().CacheOf(asked.proxied->mount_id);
  return Lane::kProxied;
}

// What the URLconf says; nothing when no route matches (match_ tells a slash redirect). The result is the only witness of an
// answer: an answered exchange is gone.
std::optional<Lane> Router::RouteView(const Asked& asked, WorkerTarget* target) {
  io_.snapshot()->table->MatchView(asked.head.method, asked.path, &match_, asked.host);
  switch (match_.kind) {
    case route::MatchKind::kView:
      target->route = match_.route_id;
      if (match_.route_id < io_.snapshot()->series.size()) asked.exchange->series = io_.snapshot()->series[match_.route_id];
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
      asked.connection.SendStatus(asked.exchange, match_.kind == route::MatchKind::kOptions ? 204 : 405, fields);
      return Lane::kAnswered;
    }
    case route::MatchKind::kSlashRedirect:
    case route::MatchKind::kNotFound:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fastserve::server
