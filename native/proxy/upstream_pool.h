// Idle connections to the servers of one upstream, for one I/O thread. Its thread only.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "native/proxy/upstream_connection.h"

namespace fastserve::proxy {

class UpstreamPool {
 public:
  UpstreamPool(IoServices& io, const UpstreamSpec& spec) : io_(io), spec_(spec) {}
  // Closes what is idle. What is in use must have been closed before.
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  const UpstreamSpec& spec() const { return spec_; }

  // The idle connection to the server that was used last, or nullptr. It is warm in every cache, and the others may end.
  UpstreamConnection* Take(const ServerSpec& server, UpstreamUser* user);
  // A new one that begins to connect; nullptr when that fails at once.
  UpstreamConnection* Open(const ServerSpec& server, UpstreamUser* user);
  // Keeps a connection whose exchange is complete, or closes it when there are enough.
  void GiveBack(UpstreamConnection* connection);
  // Closes an idle one.
  void Drop(UpstreamConnection* connection);

  uint32_t idle_count() const { return idle_count_; }

 private:
  struct IdleList {
    UpstreamConnection* newest = nullptr;
    UpstreamConnection* oldest = nullptr;
    uint32_t count = 0;
  };
  void Unlink(IdleList& list, UpstreamConnection* connection);

  IoServices& io_;
  const UpstreamSpec& spec_;
  std::unordered_map<uint32_t, IdleList> idle_;  // by ServerSpec::id
  uint32_t idle_count_ = 0;
};

}  // namespace fastserve::proxy
