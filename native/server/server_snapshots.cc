// What the I/O threads of a server route by: taking over mounts and options, publishing snapshots, freeing those that nobody uses.
#include <algorithm>

#include "native/server/server.h"

namespace fastserve::server {

namespace {

std::vector<files::Mount> WithMaker(std::vector<files::Mount> mounts, compress::VariantMaker* maker) {
  const auto link = [maker](files::Mount& mount) { mount.maker = mount.compress ? maker : nullptr; };
  for (files::Mount& mount : mounts) {
    link(mount);
    if (mount.built != nullptr) link(*mount.built);
  }
  return mounts;
}

}  // namespace

std::shared_ptr<const std::vector<files::Mount>> Server::AdoptMounts(std::vector<files::Mount> mounts) {
  return std::make_shared<const std::vector<files::Mount>>(WithMaker(std::move(mounts), &variants_));
}

std::shared_ptr<const ServerOptions> Server::AdoptOptions(const ServerOptions& wanted) const {
  auto options = std::make_shared<ServerOptions>(options_);
  options->trusted = wanted.trusted;
  options->hosts = wanted.hosts;
  options->limits = wanted.limits;
  options->timeouts = wanted.timeouts;
  options->hsts_line = wanted.hsts_line;
  options->error_pages = wanted.error_pages;
  options->gate = wanted.gate;
  options->head_policy = wanted.head_policy;
  return options;
}

std::vector<RouteStep> Server::PlanRoute(http::Method method, std::string_view host, std::string_view path) const {
  return server::PlanRoute(*snapshots_.back(), *settings_, method, host, path);
}

void Server::Publish(std::unique_ptr<Snapshot> snapshot) {
  if (snapshot->mounts != nullptr) mounts_ = snapshot->mounts;
  if (snapshot->options != nullptr) settings_ = snapshot->options;
  snapshot->mounts = mounts_;
  snapshot->options = settings_;
  snapshot->has_internal_mounts = std::ranges::any_of(*mounts_, &files::Mount::internal);
  snapshot->serial = ++last_serial_;
  snapshot->workers.resize(std::max<size_t>(1, options_.pools.size()));
  for (size_t pool = 0; pool < snapshot->workers.size(); ++pool) {
    uint32_t& workers = snapshot->workers[pool];
    if (workers == 0) workers = options_.pools.empty() ? options_.slots : options_.pools[pool].slots;
  }
  FreeUnusedSnapshots();
  snapshots_.push_back(std::move(snapshot));
  // Without its thread files go as they are.
  if (!io_threads_.empty() && CodesAside()) static_cast<void>(variants_.Start());
  // Without theirs, what is not in memory is refused until the next reload.
  if (!io_threads_.empty() && !mounts_->empty()) static_cast<void>(disk_.Start());
  for (auto& io : io_threads_) io->Publish(snapshots_.back().get());
  // An idle thread may hold requests that wait for the generation that comes with this snapshot.
  for (auto& door : doors_) door->wakeup.Ring();
}

std::vector<std::shared_ptr<RouteGate>> Server::GatesFor(const route::Specification& specification) {
  std::vector<std::shared_ptr<RouteGate>> gates;
  for (const route::RouteSpec& route : specification.routes) {
    if (route.policy == nullptr || route.policy->concurrency == 0) continue;
    if (gates.size() <= route.route_id) gates.resize(route.route_id + size_t{1});
    gates[route.route_id] = gates_.Of(std::to_string(route.methods) + ' ' + route.host + ' ' + route.pattern, route.policy->concurrency);
  }
  return gates;
}

// An I/O thread never goes back to an older snapshot than the one that its last turn ended with.
void Server::FreeUnusedSnapshots() {
  if (io_threads_.empty()) return;
  uint64_t oldest_used = last_serial_;
  for (const auto& io : io_threads_) oldest_used = std::min(oldest_used, io->settled_serial());
  std::erase_if(snapshots_, [oldest_used](const auto& snapshot) { return snapshot->serial < oldest_used; });
}

}  // namespace fastserve::server
