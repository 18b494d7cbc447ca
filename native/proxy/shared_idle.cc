#include "native/proxy/shared_idle.h"

#include <algorithm>
#include <utility>

namespace fastserve::proxy {

// Half of what is kept is the threads' own, in equal parts.
SharedIdle::SharedIdle(uint32_t keep_alive, uint32_t threads)
    : keep_alive_(keep_alive), most_of_thread_(keep_alive / 2 / threads), most_here_(keep_alive - most_of_thread_ * threads) {}

void SharedIdle::Put(IdleSocket socket, bool all) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::count(sockets_, socket.server_id, &IdleSocket::server_id);
  if (known >= static_cast<ptrdiff_t>(all ? keep_alive_ : most_here_)) return;
  sockets_.push_back(std::move(socket));
  size_.store(sockets_.size(), std::memory_order_relaxed);
}

IdleSocket SharedIdle::Take(uint32_t server_id, int64_t now_ms) {
  IdleSocket taken;
  if (size_.load(std::memory_order_relaxed) == 0) return taken;
  const std::lock_guard lock(mutex_);
  for (size_t at = sockets_.size(); at-- > 0;) {
    IdleSocket& socket = sockets_[at];
    if (socket.server_id != server_id || (socket.until_ms > 0 && socket.until_ms <= now_ms)) continue;
    taken = std::move(socket);
    sockets_.erase(sockets_.begin() + static_cast<ptrdiff_t>(at));
    break;
  }
  size_.store(sockets_.size(), std::memory_order_relaxed);
  return taken;
}

int64_t SharedIdle::Expire(int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sockets_, [now_ms](const IdleSocket& socket) { return socket.until_ms > 0 && socket.until_ms <= now_ms; });
  size_.store(sockets_.size(), std::memory_order_relaxed);
  int64_t next = -1;
  for (const IdleSocket& socket : sockets_) {
    if (socket.until_ms > 0 && (next < 0 || socket.until_ms < next)) next = socket.until_ms;
  }
  return next;
}

}  // namespace fastserve::proxy
