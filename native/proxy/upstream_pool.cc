#include "native/proxy/upstream_pool.h"

#include <memory>

namespace fastserve::proxy {

UpstreamPool::~UpstreamPool() {
  while (!idle_.empty()) {
    UpstreamConnection* const newest = idle_.begin()->second.newest;
    if (newest == nullptr) {
      idle_.erase(idle_.begin());
    } else {
      Drop(newest);
    }
  }
}

UpstreamConnection* UpstreamPool::Take(const ServerSpec& server, UpstreamUser* user) {
  const auto found = idle_.find(server.id);
  if (found == idle_.end() || found->second.newest == nullptr) return nullptr;
  UpstreamConnection* connection = found->second.newest;
  Unlink(found->second, connection);
  connection->BecomeUsed(user);
  return connection;
}

UpstreamConnection* UpstreamPool::Open(const ServerSpec& server, UpstreamUser* user) {
  auto connection = std::make_unique<UpstreamConnection>(io_, *this);
  return connection->Connect(server, spec_.tls.get(), user) ? connection.release() : nullptr;
}

void UpstreamPool::GiveBack(UpstreamConnection* connection) {
  IdleList& list = idle_[connection->server_id()];
  if (list.count >= spec_.keep_alive) return connection->Close();
  connection->older = list.newest;
  connection->newer = nullptr;
  (list.newest != nullptr ? list.newest->newer : list.oldest) = connection;
  list.newest = connection;
  ++list.count;
  ++idle_count_;
  connection->BecomeIdle(spec_.timeouts.keep_alive_ms);
}

void UpstreamPool::Drop(UpstreamConnection* connection) {
  const auto found = idle_.find(connection->server_id());
  Unlink(found->second, connection);
  // The server may have left for good.
  if (found->second.count == 0) idle_.erase(found);
  connection->Close();
}

void UpstreamPool::Unlink(IdleList& list, UpstreamConnection* connection) {
  (connection->newer != nullptr ? connection->newer->older : list.newest) = connection->older;
  (connection->older != nullptr ? connection->older->newer : list.oldest) = connection->newer;
  connection->newer = connection->older = nullptr;
  --list.count;
  --idle_count_;
}

}  // namespace fastserve::proxy
