#include "native/proxy/upstream_pool.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace fastserve::proxy {

UpstreamPool::UpstreamPool(IoServices& io, const UpstreamSpec& spec, SharedIdle* shared)
    : io_(io), spec_(spec), shared_(shared), most_idle_(shared == nullptr ? spec.keep_alive : shared->most_of_thread()) {}

UpstreamPool::~UpstreamPool() {
  while (lent_.newest != nullptr) Drop(lent_.newest);
  while (!idle_.empty()) {
    if (idle_.back().newest != nullptr) {
      Drop(idle_.back().newest);
    } else {
      idle_.pop_back();
    }
  }
}

UpstreamPool::IdleList* UpstreamPool::Find(uint32_t server_id) {
  const auto found = std::ranges::find(idle_, server_id, &IdleList::server_id);
  return found == idle_.end() ? nullptr : &*found;
}

UpstreamConnection* UpstreamPool::Take(const ServerSpec& server, UpstreamUser* user, std::string_view announced) {
  IdleList* const list = Find(server.id);
  UpstreamConnection* connection = list == nullptr ? nullptr : list->newest;
  if (is_personal()) {
    while (connection != nullptr && connection->announced() != announced) connection = connection->older;
    if (connection == nullptr) return nullptr;
  }
  if (connection == nullptr) return shared_ == nullptr ? nullptr : TakeShared(server, user);
  Unlink(*list, connection);
  connection->BecomeUsed(user);
  return connection;
}

UpstreamConnection* UpstreamPool::TakeShared(const ServerSpec& server, UpstreamUser* user) {
  while (true) {
    IdleSocket other;
    if (Lendable* const lent = shared_->Take(server.id, this, &other)) {
      auto* const own = static_cast<UpstreamConnection*>(lent);
      own->lent = false;
      Unlink(lent_, own);
      own->BecomeUsed(user);
      return own;
    }
    if (!other.fd.valid()) return nullptr;
    auto connection = std::make_unique<UpstreamConnection>(io_, *this);
    if (connection->Adopt(std::move(other), user)) return connection.release();
  }
}

UpstreamConnection* UpstreamPool::Open(const ServerSpec& server, UpstreamUser* user, std::string_view announced) {
  auto connection = std::make_unique<UpstreamConnection>(io_, *this);
  return connection->Connect(server, spec_.tls.get(), user, announced) ? connection.release() : nullptr;
}

void UpstreamPool::GiveBack(UpstreamConnection* connection, bool counted) {
  if (is_personal()) return KeepForClient(connection, counted);
  IdleList* list = Find(connection->server_id());
  const uint32_t count = list == nullptr ? 0 : list->count;
  if (shared_ != nullptr && (counted || count >= most_idle_)) return Lend(connection, counted);
  if (count >= most_idle_) return connection->Close();
  if (list == nullptr) list = &idle_.emplace_back(IdleList{.server_id = connection->server_id()});
  Link(*list, connection);
  connection->BecomeIdle(spec_.timeouts.keep_alive_ms);
}

// For the client that it was announced for. Who comes last has the better chance to come again: the oldest makes room. To a server with a
// limit nothing is kept: connections that nobody else may take would fill it.
void UpstreamPool::KeepForClient(UpstreamConnection* connection, bool counted) {
  if (counted || most_idle_ == 0) return connection->Close();
  const uint32_t server_id = connection->server_id();
  if (IdleList* const full = Find(server_id); full != nullptr && full->count >= most_idle_) Drop(full->oldest);
  IdleList* list = Find(server_id);
  if (list == nullptr) list = &idle_.emplace_back(IdleList{.server_id = server_id});
  Link(*list, connection);
  connection->BecomeIdle(spec_.timeouts.keep_alive_ms);
}

// Idle in every respect before another thread may see it.
void UpstreamPool::Lend(UpstreamConnection* connection, bool counted) {
  connection->BecomeIdle(spec_.timeouts.keep_alive_ms);
  if (!shared_->Lend(connection, this, connection->server_id(), counted)) return connection->Close();
  connection->lent = true;
  Link(lent_, connection);
}

void UpstreamPool::Drop(UpstreamConnection* connection) {
  if (connection->lent) {
    shared_->Withdraw(connection, connection->server_id());
    Unlink(lent_, connection);
    return connection->Close();
  }
  IdleList* const list = Find(connection->server_id());
  Unlink(*list, connection);
  // The server may have left for good.
  if (list->count == 0) {
    *list = idle_.back();
    idle_.pop_back();
  }
  connection->Close();
}

void UpstreamPool::Link(IdleList& list, UpstreamConnection* connection) {
  connection->older = list.newest;
  connection->newer = nullptr;
  (list.newest != nullptr ? list.newest->newer : list.oldest) = connection;
  list.newest = connection;
  ++list.count;
}

void UpstreamPool::Unlink(IdleList& list, UpstreamConnection* connection) {
  (connection->newer != nullptr ? connection->newer->older : list.newest) = connection->older;
  (connection->older != nullptr ? connection->older->newer : list.oldest) = connection->newer;
  connection->newer = connection->older = nullptr;
  --list.count;
}

}  // namespace fastserve::proxy
