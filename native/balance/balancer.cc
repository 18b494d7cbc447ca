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

class GroupBalancer final : public proxy::Balancer, public Line::Sleeper {
 public:
  GroupBalancer(std::shared_ptr<Group> group, uint64_t random_seed, Post post)
      : group_(std::move(group)),
        post_(std::move(post)),
        chooser_(group_->settings().method, random_seed),
        budget_(group_->settings().retry) {}
  ~GroupBalancer() override { group_->line().LeaveAll(this); }

  proxy::Choice Pick(const proxy::RequestFacts& facts, std::span<const uint32_t> excluded, int64_t now_ms,
                     proxy::Waiter* waiter) override {
    Refresh();
    if (excluded.empty()) budget_.OnRequest();
    bool full = false;
    const proxy::Choice choice = Look(facts, excluded, now_ms, &full);
    if (choice.kind == proxy::Choice::Kind::kServer || !full || waiter == nullptr) return choice;
    if (!group_->line().Enter(this, group_->settings().queue, serving_)) return {};
    waiting_.insert(serving_ ? waiting_.begin() : waiting_.end(), waiter);
    const proxy::Choice late = Look(facts, excluded, now_ms, &full);  // L1
    if (late.kind != proxy::Choice::Kind::kServer) return {proxy::Choice::Kind::kWait, 0, nullptr};
    Forget(waiter);
    return late;
  }

  void Forget(proxy::Waiter* waiter) override {
    if (std::erase(waiting_, waiter) > 0) group_->line().Leave(this);
  }

  // Its thread serves whoever waits there longest; where the client has left meanwhile, the room is somebody else's.
  void Wake() override {
    post_([this] {
      if (!ServeOwn()) ServeLine();
    });
  }

  void OnResult(uint32_t index, proxy::Outcome outcome, uint16_t status, int64_t latency_ns, int64_t now_ms) override {
    Slot& slot = slots_[index];
    Server& server = *slot.server;
    server.in_flight.fetch_sub(1, std::memory_order_seq_cst);  // L1
    if (latency_ns > 0) server.NoteLatency(latency_ns, now_ms);
    if (outcome == proxy::Outcome::kAbandoned) {
      server.health.OnAbandoned();
    } else {
      Judge(server, IsFailure(group_->settings().health, outcome, status, latency_ns), now_ms);
    }
    if (--slot.held == 0 && !slot.listed) slot = {};
    if (!group_->line().empty()) ServeLine();
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

  // A server for an attempt, or kNone. *full becomes true where one that serves has no room.
  proxy::Choice Look(const proxy::RequestFacts& facts, std::span<const uint32_t> excluded, int64_t now_ms, bool* full) {
    for (const bool early : {false, true}) {
      if (early && *full) break;
      for (const bool backup : {false, true}) {
        *full |= Collect(facts, excluded, backup, early, now_ms);
        while (!candidates_.empty()) {
          const size_t at = Prefer(facts, now_ms);
          const uint32_t index = candidates_[at].index;
          ServerHealth& health = slots_[index].server->health;
          if (!has_choice_ || health.Admit(now_ms, early)) {
            if (Claim(index)) return {proxy::Choice::Kind::kServer, index, &slots_[index].server->spec, is_counted(index)};
            *full = true;
            if (has_choice_) health.OnAbandoned();
          }
          candidates_.erase(candidates_.begin() + static_cast<ptrdiff_t>(at));  // another thread has the trial, or the room
        }
      }
    }
    return {};
  }

  bool is_counted(uint32_t index) const { return slots_[index].server->max_connections() > 0; }

  // One request more, where the server has room.
  bool Claim(uint32_t index) {
    Slot& slot = slots_[index];
    std::atomic<uint32_t>& in_flight = slot.server->in_flight;
    const uint32_t most = slot.server->max_connections();
    if (most == 0) {
      in_flight.fetch_add(1, std::memory_order_relaxed);
    } else {
      uint32_t now = in_flight.load(std::memory_order_relaxed);
      do {
        if (now >= most) return false;
        // acquire, with the release of OnResult: whose place this takes has given its connection back, which is now seen.
      } while (!in_flight.compare_exchange_weak(now, now + 1, std::memory_order_acquire, std::memory_order_relaxed));
    }
    ++slot.held;
    ++claims_;
    return true;
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
      const uint32_t most = server.max_connections();
      if (most > 0 && server.in_flight.load(std::memory_order_seq_cst) >= most) {  // L1
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

  // The end of an attempt makes room for one: for who waits longest, on whichever thread.
  void ServeLine() {
    while (group_->line().CallFirst(this)) {
      if (ServeOwn()) return;
    }
  }

  // False: nobody here has a use for the room.
  bool ServeOwn() {
    if (waiting_.empty()) return false;
    proxy::Waiter* const waiter = waiting_.front();
    waiting_.pop_front();
    const uint64_t claims = claims_;
    const size_t waiting = waiting_.size();
    serving_ = true;
    waiter->OnServerFree();
    serving_ = false;
    return claims_ != claims || waiting_.size() > waiting;
  }

  std::shared_ptr<Group> group_;
  const Post post_;
  Chooser chooser_;
  RetryBudget budget_;
  std::vector<Slot> slots_;
  std::vector<Candidate> candidates_;  // of one Pick
  std::deque<proxy::Waiter*> waiting_;  // of this thread; each has an entry in the group's line, or a call under way
  uint64_t claims_ = 0;                 // so far
  bool serving_ = false;                // the one that was called is asking
  uint64_t version_ = 0;
  bool has_choice_ = false;            // of more than one server
};

}  // namespace

std::unique_ptr<proxy::Balancer> MakeBalancer(std::shared_ptr<Group> group, uint64_t random_seed, Post post) {
  return std::make_unique<GroupBalancer>(std::move(group), random_seed, std::move(post));
}

}  // namespace fastserve::balance
