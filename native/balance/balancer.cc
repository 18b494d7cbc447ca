// Chooses servers of a group for one I/O thread: health first, then room, then the group's method. See proxy/upstream.h.
//
// DESIGN: a server's index is its slot here. Slots outlive changes of the list as long as a relay holds the server, so that a
// server can be taken out while its answers still come.
#include <algorithm>
#include <deque>
#include <utility>

#include "native/balance/chooser.h"
#include "native/balance/group.h"
#include "native/balance/retry_budget.h"

namespace fastserve::balance {

namespace {

struct Slot {
  std::shared_ptr<Server> server;  // null: free
  uint32_t held = 0;               // attempts of this thread that have not ended
  bool listed = false;
  int64_t turn = 0;
};

bool IsFailure(const HealthSettings& health, proxy::Outcome outcome, uint16_t status, int64_t latency_ns) {
  if (outcome != proxy::Outcome::kAnswered) return true;
  if (health.slow_ms > 0 && latency_ns > health.slow_ms * 1'000'000) return true;
  return std::ranges::find(health.failure_statuses, status) != health.failure_statuses.end();
}

class GroupBalancer final : public proxy::Balancer {
 public:
  GroupBalancer(std::shared_ptr<Group> group, uint64_t random_seed)
      : group_(std::move(group)),
        chooser_(group_->settings().method, random_seed),
        budget_(group_->settings().retry) {}

  proxy::Choice Pick(const proxy::RequestFacts& facts, std::span<const uint32_t> excluded, int64_t now_ms,
                     proxy::Waiter* waiter) override {
    Refresh();
    if (excluded.empty()) budget_.OnRequest();
    bool full = false;
    for (const bool early : {false, true}) {
      if (early && full) break;
      for (const bool backup : {false, true}) {
        full |= Collect(facts, excluded, backup, early, now_ms);
        while (!candidates_.empty()) {
          const size_t at = Prefer(facts, now_ms);
          const uint32_t index = candidates_[at].index;
          if (!has_choice_ || slots_[index].server->health.Admit(now_ms, early)) return Take(index);
          candidates_.erase(candidates_.begin() + static_cast<ptrdiff_t>(at));  // another thread has the trial
        }
      }
    }
    if (!full || waiter == nullptr || waiting_.size() >= group_->settings().queue) return {};
    waiting_.push_back(waiter);
    return {proxy::Choice::Kind::kWait, 0, nullptr};
  }

  void Forget(proxy::Waiter* waiter) override { std::erase(waiting_, waiter); }

  void OnResult(uint32_t index, proxy::Outcome outcome, uint16_t status, int64_t latency_ns, int64_t now_ms) override {
    Slot& slot = slots_[index];
    Server& server = *slot.server;
    server.in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (latency_ns > 0) server.NoteLatency(latency_ns, now_ms);
    if (outcome == proxy::Outcome::kAbandoned) {
      server.health.OnAbandoned();
    } else {
      Judge(server, IsFailure(group_->settings().health, outcome, status, latency_ns), now_ms);
    }
    if (--slot.held == 0 && !slot.listed) slot = {};
    WakeOne();
  }

  bool MayRetry(const proxy::RetryFacts& facts, int64_t now_ms) override {
    if (facts.attempts >= group_->settings().retry.tries || (facts.sent && !facts.idempotent)) return false;
    return budget_.Take(now_ms);
  }

 private:
  // An only server is never spared: somebody has to answer, and whatever it does is as good as nothing.
  void Judge(Server& server, bool failed, int64_t now_ms) {
    (failed ? server.failed : server.answered).fetch_add(1, std::memory_order_relaxed);
    if (!failed) return server.health.OnSuccess(now_ms);
    if (has_choice_) server.health.OnFailure(group_->settings().health, now_ms);
  }

  proxy::Choice Take(uint32_t index) {
    Slot& slot = slots_[index];
    ++slot.held;
    slot.server->in_flight.fetch_add(1, std::memory_order_relaxed);
    return {proxy::Choice::Kind::kServer, index, &slot.server->spec};
  }

  // The server that the client had, where it can serve; else by the method.
  size_t Prefer(const proxy::RequestFacts& facts, int64_t now_ms) {
    for (size_t i = 0; i < candidates_.size() && !facts.sticky_id.empty(); ++i) {
      if (candidates_[i].server->spec.sticky_id == facts.sticky_id) return i;
    }
    return chooser_.Choose(candidates_, facts.hash, now_ms);
  }

  // Fills candidates_. True: a server that serves has no room.
  bool Collect(const proxy::RequestFacts& facts, std::span<const uint32_t> excluded, bool backup, bool early, int64_t now_ms) {
    candidates_.clear();
    bool full = false;
    for (uint32_t index = 0; index < slots_.size(); ++index) {
      Slot& slot = slots_[index];
      if (!slot.listed || std::ranges::find(excluded, index) != excluded.end()) continue;
      const Server& server = *slot.server;
      if (server.backup() != backup || server.down()) continue;
      if (server.draining() && (facts.sticky_id.empty() || server.spec.sticky_id != facts.sticky_id)) continue;
      if (!(has_choice_ ? server.health.WouldAdmit(now_ms, early) : server.health.checked())) continue;
      if (server.max_connections() > 0 && slot.held >= server.max_connections()) {
        full = true;
        continue;
      }
      candidates_.push_back({index, &server, server.WeightAt(now_ms), &slot.turn});
    }
    return full;
  }

  void Refresh() {
    const uint64_t version = group_->version();
    if (version == version_) return;
    version_ = version;
    for (Slot& slot : slots_) slot.listed = false;
    ServerList servers = group_->servers();
    has_choice_ = servers.size() > 1;
    for (std::shared_ptr<Server>& server : servers) SlotFor(std::move(server)).listed = true;
    for (Slot& slot : slots_) {
      if (!slot.listed && slot.held == 0) slot = {};
    }
  }

  Slot& SlotFor(std::shared_ptr<Server> server) {
    auto found = std::ranges::find(slots_, server, &Slot::server);
    if (found == slots_.end()) found = std::ranges::find(slots_, nullptr, &Slot::server);
    if (found == slots_.end()) found = slots_.emplace(slots_.end());
    if (found->server == nullptr) *found = {std::move(server)};
    return *found;
  }

  // Each end of an attempt makes room for one.
  void WakeOne() {
    if (waiting_.empty()) return;
    proxy::Waiter* waiter = waiting_.front();
    waiting_.pop_front();
    waiter->OnServerFree();
  }

  std::shared_ptr<Group> group_;
  Chooser chooser_;
  RetryBudget budget_;
  std::vector<Slot> slots_;
  std::vector<Candidate> candidates_;  // of one Pick
  std::deque<proxy::Waiter*> waiting_;
  uint64_t version_ = 0;
  bool has_choice_ = false;            // of more than one server
};

}  // namespace

std::unique_ptr<proxy::Balancer> MakeBalancer(std::shared_ptr<Group> group, uint64_t random_seed) {
  return std::make_unique<GroupBalancer>(std::move(group), random_seed);
}

}  // namespace fastserve::balance
