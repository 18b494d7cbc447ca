#include "native/server/lanes/route_plan.h"

#include <algorithm>
#include <array>

#include "native/http/grammar/host_pattern.h"
#include "native/http/grammar/path.h"

namespace fastserve::server {

namespace {

using Kind = RouteStep::Kind;

bool IsHealthPath(const HealthPaths& health, std::string_view path) {
  return !path.empty() && (path == health.live || path == health.ready || path == health.startup);
}

bool IsRoot(const route::MountSpec* mount) { return mount != nullptr && mount->prefix.size() == 1; }

RouteStep ViewStep(const route::Match& match, std::string_view path) {
  RouteStep step{Kind::kView, match.route_id, {}, {}};
  for (uint8_t i = 0; i < match.param_count; ++i) {
    step.params.emplace_back(path.substr(match.params[i].offset, match.params[i].length));
  }
  return step;
}

// True when the URLconf has the last word.
bool PlanView(const route::Match& match, std::string_view path, std::vector<RouteStep>* steps) {
  switch (match.kind) {
    case route::MatchKind::kView: steps->push_back(ViewStep(match, path)); return true;
    case route::MatchKind::kOpaque: steps->push_back({Kind::kOpaque, match.route_id, {}, {}}); return true;
    case route::MatchKind::kMethodNotAllowed: steps->push_back({Kind::kMethodNotAllowed, 0, std::string(match.allow), {}}); return true;
    case route::MatchKind::kOptions: steps->push_back({Kind::kOptions, 0, std::string(match.allow), {}}); return true;
    case route::MatchKind::kSlashRedirect:
    case route::MatchKind::kNotFound: return false;
  }
  return false;
}

}  // namespace

std::vector<RouteStep> PlanRoute(const Snapshot& snapshot, const ServerOptions& options, http::Method method, std::string_view host,
                                 std::string_view raw) {
  std::vector<RouteStep> steps;
  if (IsHealthPath(options.health, raw)) return {{Kind::kHealth, 0, {}, {}}};
  const auto fits = [host](const std::string& pattern) { return http::HostMatches(pattern, host); };
  if (!options.hosts.empty() && std::ranges::none_of(options.hosts, fits)) return {{Kind::kHost, 0, {}, {}}};
  std::array<char, http::kMaxHeadBytes> normalized;
  if (raw.size() > normalized.size()) return {{Kind::kBadPath, 0, {}, {}}};
  size_t length = 0;
  std::string_view path = raw;
  switch (http::NormalizePath(raw, normalized.data(), &length)) {
    case http::PathStatus::kUnchanged: break;
    case http::PathStatus::kNormalized: path = {normalized.data(), length}; break;
    case http::PathStatus::kBad: return {{Kind::kBadPath, 0, {}, {}}};
  }
  const route::MountSpec* mount = snapshot.table->FindMount(path, host);
  const route::MountSpec* proxied = options.proxy.empty() ? nullptr : snapshot.table->FindProxied(path, host);
  const bool is_root = IsRoot(mount);
  const bool mount_first = proxied == nullptr || mount == nullptr || mount->prefix.size() >= proxied->prefix.size();
  const auto ask_proxy = [&] {
    if (proxied == nullptr || (options.proxy[proxied->mount_id].methods & route::Bit(method)) == 0) return false;
    steps.push_back({Kind::kProxied, proxied->mount_id, {}, {}});
    return true;
  };
  const auto ask_mount = [&] {
    steps.push_back({Kind::kMount, mount->mount_id, {}, {}});
    return !(*snapshot.mounts)[mount->mount_id].fallthrough;
  };
  if (!mount_first && !IsRoot(proxied) && ask_proxy()) return steps;
  if (mount != nullptr && !is_root && ask_mount()) return steps;
  if (mount_first && !IsRoot(proxied) && ask_proxy()) return steps;
  route::Match match;
  if (snapshot.has_urlconf) {
    snapshot.table->MatchView(method, path, &match, host);
    if (PlanView(match, path, &steps)) return steps;
  }
  if (is_root && ask_mount()) return steps;
  if (IsRoot(proxied) && ask_proxy()) return steps;
  const bool to_application = snapshot.has_application && (!snapshot.has_urlconf || snapshot.unmatched_to_application);
  const bool redirects = snapshot.has_urlconf && match.kind == route::MatchKind::kSlashRedirect;
  steps.push_back({redirects ? Kind::kSlashRedirect : to_application ? Kind::kUnmatched : Kind::kNotFound, 0, {}, {}});
  return steps;
}

}  // namespace fastserve::server
