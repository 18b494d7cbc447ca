// Idle connections to the servers of one upstream, for one I/O thread. Its thread only. Some of them it lends (shared_idle.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/proxy/shared_idle.h"
#include "native/proxy/upstream_connection.h"

namespace fastserve::proxy {

class UpstreamPool {
 public:
  // `shared`: what all threads may take; null where there is no other thread.
  UpstreamPool(IoServices& io, const UpstreamSpec& spec, SharedIdle* shared);
  // Closes what is idle. What is in use must have been closed before.
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  const UpstreamSpec& spec() const { return spec_; }

  // The idle connection to the server that was used last, or nullptr. It is warm in every cache, and the others may end. Where this thread
  // has none, another's. `announced`: what a connection has to have begun with, where the upstream has PROXY headers.
  UpstreamConnection* Take(const ServerSpec& server, UpstreamUser* user, std::string_view announced);
  // A new one that begins to connect; nullptr when that fails at once. `announced`: as above; empty: it is the server's own.
  UpstreamConnection* Open(const ServerSpec& server, UpstreamUser* user, std::string_view announced);
  // Keeps a connection whose exchange is complete, or closes it when there are enough. `counted`: its server has a limit for connections.
  void GiveBack(UpstreamConnection* connection, bool counted);
  // Closes an idle one: it has ended, its time is over, or another thread has taken what was lent.
  void Drop(UpstreamConnection* connection);

 private:
  struct IdleList {
    uint32_t server_id = 0;
    uint32_t count = 0;
    UpstreamConnection* newest = nullptr;
    UpstreamConnection* oldest = nullptr;
  };
  IdleList* Find(uint32_t server_id);
  // Connections belong to the client that they were announced for.
  bool is_personal() const { return spec_.proxy_version != net::ProxyVersion::kNone; }
  void Link(IdleList& list, UpstreamConnection* connection);
  void Unlink(IdleList& list, UpstreamConnection* connection);
  UpstreamConnection* TakeShared(const ServerSpec& server, UpstreamUser* user);
  void Lend(UpstreamConnection* connection, bool counted);
  void KeepForClient(UpstreamConnection* connection, bool counted);

  IoServices& io_;
  const UpstreamSpec& spec_;
  SharedIdle* const shared_;
  const uint32_t most_idle_;    // of one server
  std::vector<IdleList> idle_;  // an upstream has few servers: found by looking
  IdleList lent_;               // to all servers; some may have been taken, and are of no use
};

}  // namespace fastserve::proxy
