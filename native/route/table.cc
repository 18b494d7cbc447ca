// Compiles a specification and answers for one request what to do with its path.
#include "native/route/table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/http/grammar/host_pattern.h"
#include "native/route/allow.h"
#include "native/route/mount_index.h"
#include "native/route/pattern.h"
#include "native/route/prefix_index.h"
#include "native/route/search.h"
#include "native/route/trie.h"

namespace fastserve::route {
namespace {

constexpr size_t kMaxPathBytes = std::numeric_limits<uint16_t>::max();  // Param has 16-bit offsets

// Not so: "*", an authority, a path too long for Param.
bool IsRoutable(std::string_view path) { return path.starts_with('/') && path.size() <= kMaxPathBytes; }

// Whether every host that fits `pattern`, and no more specific one of the table, fits a route's `host`.
bool Covers(std::string_view host, std::string_view pattern) {
  if (host.empty() || host == pattern) return true;
  return host.starts_with("*.") && http::HostMatches(host, pattern.starts_with("*.") ? pattern.substr(2) : pattern);
}

}  // namespace

// The routes that some hosts have, at their positions in the URLconf.
struct RouteSet {
  std::string host;    // pattern; "" for hosts that no other set is for
  Trie trie;
  PrefixIndex opaque;  // literal prefix → lowest position among the opaque entries that may match

  // Position of the first opaque entry that may match `path`, or kNoPosition.
  uint32_t FirstOpaque(std::string_view path) const {
    const PrefixIndex::Entry* entry = opaque.Longest(path.substr(1));
    return entry == nullptr ? kNoPosition : entry->value;
  }
};

struct Table::Impl {
  std::vector<RouteSet> sets;  // the more specific host first, "" last
  MountIndex mounts;
  MountIndex proxied;
  size_t route_count = 0;
  bool append_slash = true;

  const RouteSet& SetFor(std::string_view host) const {
    for (size_t i = 0; i + 1 < sets.size(); ++i) {
      if (http::HostMatches(sets[i].host, host)) return sets[i];
    }
    return sets.back();
  }

  // Fills in sets and route_count, or says what is wrong with the specification.
  std::optional<CompileError> AddRoutes(const std::vector<RouteSpec>& routes);

  // What Django's APPEND_SLASH does for a path that matches nothing.
  static void MatchWithSlash(const RouteSet& set, std::string_view path, Match* match);
};

namespace {

std::optional<CompileError> FindDuplicateId(const std::vector<RouteSpec>& routes) {
  std::unordered_map<uint16_t, const RouteSpec*> seen;
  for (const RouteSpec& route : routes) {
    const auto [first, is_new] = seen.emplace(route.route_id, &route);
    if (is_new) continue;
    return CompileError{route.pattern, "the pattern " + Quoted(route.pattern) + " has the route_id " +
                                           std::to_string(route.route_id) + ", which " +
                                           Quoted(first->second->pattern) +
                                           " has already; expected a number of its own for each route"};
  }
  return std::nullopt;
}

// Fills in those that cover the set's host.
std::optional<CompileError> Fill(const std::vector<RouteSpec>& routes, RouteSet* set) {
  std::vector<ParsedRoute> parsed;
  std::vector<PrefixIndex::Entry> prefixes;
  for (size_t i = 0; i < routes.size(); ++i) {
    const RouteSpec& route = routes[i];
    const auto position = static_cast<uint32_t>(i);
    if (!Covers(route.host, set->host)) continue;
    if (route.opaque) {
      if (route.pattern.starts_with('/')) {
        return CompileError{route.pattern, "the literal prefix " + Quoted(route.pattern) +
                                               " begins with \"/\", which every path has already; remove it"};
      }
      prefixes.push_back({route.pattern, position});
      continue;
    }
    auto pattern = ParsePattern(route.pattern);
    if (auto* error = std::get_if<CompileError>(&pattern)) return std::move(*error);
    parsed.push_back({std::get<Pattern>(std::move(pattern)), {position, Normalised(route.methods), route.route_id}});
  }
  set->trie = BuildTrie(parsed);
  set->opaque = PrefixIndex(std::move(prefixes));
  set->opaque.InheritLowestValue();
  return std::nullopt;
}

}  // namespace

std::optional<CompileError> Table::Impl::AddRoutes(const std::vector<RouteSpec>& routes) {
  if (auto error = FindDuplicateId(routes)) return error;
  std::vector<std::string> hosts{""};
  for (const RouteSpec& route : routes) hosts.push_back(route.host);
  std::ranges::sort(hosts, [](const std::string& a, const std::string& b) {
    return http::IsMoreSpecific(a, b) || (!http::IsMoreSpecific(b, a) && a < b);
  });
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  for (std::string& host : hosts) {
    RouteSet& set = sets.emplace_back();
    set.host = std::move(host);
    if (auto error = Fill(routes, &set)) return error;
  }
  route_count = routes.size();
  return std::nullopt;
}

void Table::Impl::MatchWithSlash(const RouteSet& set, std::string_view path, Match* match) {
  // Keeps its memory: only the longest path so far of a thread allocates.
  thread_local std::string with_slash;
  with_slash.assign(path).push_back('/');
  if (!IsRoutable(with_slash)) return;
  if (FindRoute(set.trie, with_slash, kEveryMethod, kNoPosition, match->params).path_matched) {
    match->kind = MatchKind::kSlashRedirect;
    return;
  }
  // A prefix such as "blog/" may match "/blog/" but not "/blog": only JavaScript can tell whether it does.
  const uint32_t opaque_position = set.FirstOpaque(with_slash);
  if (opaque_position == kNoPosition) return;
  match->kind = MatchKind::kOpaque;
  match->route_id = static_cast<uint16_t>(opaque_position);
}

void Table::MatchView(http::Method method, std::string_view path, Match* match, std::string_view host) const {
  match->kind = MatchKind::kNotFound;
  match->route_id = 0;
  match->param_count = 0;
  match->allow = {};
  if (!IsRoutable(path)) return;
  const RouteSet& set = impl_->SetFor(host);
  const uint32_t opaque_position = set.FirstOpaque(path);
  const SearchResult found = FindRoute(set.trie, path, Bit(method), opaque_position, match->params);
  if (found.entry != nullptr) {
    match->kind = MatchKind::kView;
    match->route_id = found.entry->route_id;
    match->param_count = found.param_count;
  } else if (opaque_position != kNoPosition) {
    match->kind = MatchKind::kOpaque;
    match->route_id = static_cast<uint16_t>(opaque_position);
  } else if (found.path_matched) {
    match->kind = method == http::Method::kOptions ? MatchKind::kOptions : MatchKind::kMethodNotAllowed;
    match->allow = Allow(found.methods);
  } else if (impl_->append_slash && !path.ends_with('/')) {
    Impl::MatchWithSlash(set, path, match);
  }
}

const MountSpec* Table::FindMount(std::string_view path, std::string_view host) const {
  return impl_->mounts.Find(path, host);
}

const MountSpec* Table::FindProxied(std::string_view path, std::string_view host) const {
  return impl_->proxied.Find(path, host);
}

const std::shared_ptr<const RoutePolicy> Table::kNoPolicy;

size_t Table::route_count() const { return impl_->route_count; }

Table::Table() = default;
Table::~Table() = default;

std::variant<std::shared_ptr<const Table>, CompileError> Compile(const Specification& specification) {
  auto impl = std::make_unique<Table::Impl>();
  impl->append_slash = specification.append_slash;
  if (auto error = impl->AddRoutes(specification.routes)) return std::move(*error);
  if (auto error = impl->mounts.Build(specification.mounts)) return std::move(*error);
  if (auto error = impl->proxied.Build(specification.proxied)) return std::move(*error);
  std::shared_ptr<Table> table(new Table);
  table->asks_host_ = impl->mounts.asks_host() || impl->proxied.asks_host() || impl->sets.size() > 1;
  table->impl_ = std::move(impl);
  for (const RouteSpec& route : specification.routes) {
    if (route.policy == nullptr) continue;
    if (table->policies_.size() <= route.route_id) table->policies_.resize(route.route_id + size_t{1});
    table->policies_[route.route_id] = route.policy;
  }
  return std::shared_ptr<const Table>(std::move(table));
}

}  // namespace fastserve::route
