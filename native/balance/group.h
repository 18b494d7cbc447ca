// The servers of one upstream as they are now: shared by all I/O threads, changed while they serve.
//
// DESIGN: a list behind a mutex and a version in front of it. An I/O thread compares one number on each request and takes the
// lock only after a change. Servers that leave the list live on until the last request to them has ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native/balance/line.h"
#include "native/balance/server.h"
#include "native/balance/settings.h"

namespace fastserve::balance {

using ServerList = std::vector<std::shared_ptr<Server>>;

class Group {
 public:
  Group(std::string name, GroupSettings settings, ServerList servers);

  const std::string& name() const { return name_; }
  const GroupSettings& settings() const { return settings_; }

  // Any thread. Changes with every Set.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  ServerList servers() const;

  // The servers from now on. One that is listed already, by its label and address, keeps its counts, its health and its kept
  // connections, and gets the settings of the new one. Any thread, one at a time.
  void Set(ServerList servers);

  // Who waits for room, on all threads.
  Line& line() { return line_; }

 private:
  const std::string name_;
  const GroupSettings settings_;
  mutable std::mutex mutex_;
  ServerList servers_;  // under mutex_
  std::atomic<uint64_t> version_{1};
  Line line_;
};

// Has a task run by a balancer's own thread. Any thread; until the balancer is gone.
using Post = std::function<void(std::function<void()>)>;

// One for each I/O thread. `group` is kept.
std::unique_ptr<proxy::Balancer> MakeBalancer(std::shared_ptr<Group> group, uint64_t random_seed, Post post);

}  // namespace fastserve::balance
