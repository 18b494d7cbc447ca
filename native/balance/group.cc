#include "native/balance/group.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fastserve::balance {

namespace {

bool IsSame(const Server& a, const Server& b) {
  return a.spec.label == b.spec.label && a.spec.address_length == b.spec.address_length &&
         std::memcmp(&a.spec.address, &b.spec.address, a.spec.address_length) == 0 && a.spec.protocol == b.spec.protocol &&
         a.spec.tls == b.spec.tls && a.spec.authority == b.spec.authority;
}

}  // namespace

Group::Group(std::string name, GroupSettings settings, ServerList servers)
    : name_(std::move(name)), settings_(std::move(settings)), servers_(std::move(servers)) {}

ServerList Group::servers() const {
  const std::lock_guard lock(mutex_);
  return servers_;
}

void Group::Set(ServerList servers) {
  const std::lock_guard lock(mutex_);
  for (std::shared_ptr<Server>& server : servers) {
    const auto known = std::ranges::find_if(servers_, [&](const auto& each) { return IsSame(*each, *server); });
    if (known == servers_.end()) continue;
    (*known)->Apply(server->settings());
    server = *known;
  }
  servers_ = std::move(servers);
  version_.fetch_add(1, std::memory_order_release);
}

}  // namespace fastserve::balance
