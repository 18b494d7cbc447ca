#include "native/proxy/upstream_pool.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace fastserve::proxy {

UpstreamPool::UpstreamPool(IoServices& io, const UpstreamSpec& spec, SharedIdle* shared)
    : io_(io), spec_(spec), shared_(shared), most_idle_(shared == nullptr ? spec.keep_alive : shared->most_of_thread()) {
  timer_.kind = kTimerKind;
  timer_.owner = static_cast<Timed*>(this);
}

UpstreamPool::~UpstreamPool() {
  io_.wheel().Cancel(&timer_);
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

UpstreamConnection* UpstreamPool::Take(const ServerSpec& server, UpstreamUser* user) {
  IdleList* const list = Find(server.id);
  if (list == nullptr || list->newest == nullptr) return shared_ == nullptr ? nullptr : TakeShared(server, user);
  UpstreamConnection* const connection = list->newest;
  Unlink(*list, connection);
  connection->BecomeUsed(user);
  return connection;
}

UpstreamConnection* UpstreamPool::TakeShared(const ServerSpec& server, UpstreamUser* user) {
  while (true) {
    IdleSocket socket = shared_->Take(server.id, io_.now_ms());
    if (!socket.fd.valid()) return nullptr;
    auto connection = std::make_unique<UpstreamConnection>(io_, *this);
    // Nobody has watched it: it may have ended.
    if (connection->Adopt(std::move(socket), user)) return connection.release();
  }
}

UpstreamConnection* UpstreamPool::Open(const ServerSpec& server, UpstreamUser* user) {
  auto connection = std::make_unique<UpstreamConnection>(io_, *this);
  return connection->Connect(server, spec_.tls.get(), user) ? connection.release() : nullptr;
}

void UpstreamPool::GiveBack(UpstreamConnection* connection, bool counted) {
  IdleList* list = Find(connection->server_id());
  const uint32_t count = list == nullptr ? 0 : list->count;
  if (shared_ != nullptr && (counted || count >= most_idle_)) return Share(connection, counted);
  if (count >= most_idle_) return connection->Close();
  if (list == nullptr) list = &idle_.emplace_back(IdleList{.server_id = connection->server_id()});
  connection->older = list->newest;
  connection->newer = nullptr;
  (list->newest != nullptr ? list->newest->newer : list->oldest) = connection;
  list->newest = connection;
  ++list->count;
  ++idle_count_;
  connection->BecomeIdle(spec_.timeouts.keep_alive_ms);
}

void UpstreamPool::Share(UpstreamConnection* connection, bool counted) {
  const int64_t keep_ms = spec_.timeouts.keep_alive_ms;
  const int64_t until_ms = keep_ms > 0 ? io_.now_ms() + keep_ms : 0;
  IdleSocket socket = connection->Leave();
  socket.until_ms = until_ms;
  shared_->Put(std::move(socket), counted);
  if (until_ms > 0 && !timer_.armed()) io_.wheel().Arm(&timer_, until_ms);
}

void UpstreamPool::OnTimer() {
  const int64_t next_ms = shared_->Expire(io_.now_ms());
  if (next_ms >= 0) io_.wheel().Arm(&timer_, next_ms);
}

void UpstreamPool::Drop(UpstreamConnection* connection) {
  IdleList* const list = Find(connection->server_id());
  Unlink(*list, connection);
  // The server may have left for good.
  if (list->count == 0) {
    *list = idle_.back();
    idle_.pop_back();
  }
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
