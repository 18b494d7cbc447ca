// The response cache's end on one I/O thread: answers requests from the store, lets one request ask for many, renews what is
// stale. The I/O thread's own, but for Call. cached_answers.cc decides, cached_answers_ranges.cc is about ranges,
// cached_answers_waiting.cc about those that wait.
//
//   Consider ──usable──────────────────────────► answered from the store
//     │        └─stale──► and renewed: a request without a client, made in the same turn
//     ├─ nobody asks yet ──► the exchange gets a CacheFill as its tap, and goes on to a worker or an upstream
//     ├─ somebody does ────► it waits here; Collect looks again when the answer is there, or lets it go on alone
//     └─ not for caches ───► it goes on
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native/cache/freshness.h"
#include "native/cache/hot_entries.h"
#include "native/cache/store.h"
#include "native/queue/record_writer.h"
#include "native/queue/worker_port.h"
#include "native/server/caching/cache_fill.h"
#include "native/server/caching/cache_key.h"
#include "native/server/caching/stored_answer.h"
#include "native/server/connection/connection.h"
#include "native/server/snapshot.h"

namespace fastserve::server {

class IoThread;

// A request that a cached location answers. What it refers to lives during Consider.
struct CacheTarget {
  const cache::Rule* rule = nullptr;
  std::string_view path;                  // decoded and in normal form
  const Origin* origin = nullptr;
  const std::shared_ptr<const ViewRules>* views = nullptr;       // of a view: what keeps `rule`
  const std::shared_ptr<const ProxyCache>* upstream = nullptr;   // of an upstream: the same; null: what presses the workers counts
  bool upgrades = false;                  // the answer may be a tunnel
  uint8_t pool = 0;                       // of the view's workers

  const ProxyCache* location() const { return upstream == nullptr ? nullptr : upstream->get(); }
  // Its keys are more than scheme, host and target.
  bool has_template() const { return upstream != nullptr && (*upstream)->key != nullptr; }
  // Keeps the rule, and the location.
  std::shared_ptr<const void> Keeper() const {
    return upstream == nullptr ? std::shared_ptr<const void>(*views) : std::shared_ptr<const void>(*upstream);
  }
};

class CachedAnswers final : public cache::WaitingRoom {
 public:
  // `store` null: nothing is stored, answers only lose the lines that are for caches. `maker` codes what is stored.
  CachedAnswers(IoThread& io, cache::Store* store, compress::VariantMaker& maker, queue::IoDoor& door);

  // True: the exchange is answered, or waits and is routed again later. False: it goes on to whoever answers; its stages are
  // set, and conditions are taken from *head where the answer shall be whole.
  bool Consider(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
                const CacheTarget& target);

  StoredAnswers& answers() { return answers_; }

  // Any thread (WaitingRoom).
  void Call(uint64_t ticket) override;
  // ---- the turn ----
  // Routes again what was called or has waited long enough, and sends what renews stale responses.
  void Collect(int64_t now_ms);
  // Something was called since Collect. Call after parking.
  bool HasWork() const { return called_.load(std::memory_order_seq_cst); }
  // Milliseconds until a wait is over; -1: nothing waits.
  int64_t NextDeadlineMs(int64_t now_ms) const;

 private:
  static constexpr int64_t kNever = INT64_MAX;
  struct Parked {
    std::string head;
    int64_t deadline_ms;
  };
  // A request without a client, in the name of one that was answered with something stale.
  struct Renewal {
    FillRequest request;
    queue::PeerAddress peer;
    bool tls;
  };

  // What the location's templates say of a request.
  struct Wishes {
    bool passes = false;         // the cache has nothing to do with it
    bool bypasses = false;       // it is not answered from the store
    bool keeps_nothing = false;  // its answer is not stored
  };

  // A request whose answer is looked for.
  struct Question {
    Connection& connection;
    Exchange* exchange;
    const cache::RequestView& request;
    const CacheTarget& target;
    cache::Asked asked;
    uint64_t hash;  // of key_; 0: that is not made yet
  };

  static Wishes WishesOf(const Connection& connection, const cache::RequestView& request, const CacheTarget& target);
  void SetKey(const Connection& connection, const cache::RequestView& request, const CacheTarget& target);
  bool AnswerHot(const Question& question);
  bool AnswerStored(const Question& question, FillRequest* fill);
  void AnswerFrom(const Question& question, const cache::EntryRef& entry, bool stale, cache::SentLines* lines = nullptr);
  bool AskUnlessAnswered(const Question& question, http::RequestHead* head, const Wishes& wishes);
  bool Ask(Exchange* exchange, http::RequestHead* head, FillRequest request, bool alone);
  bool AskForPart(const Question& question, FillRequest request, const Wishes& wishes);
  bool AskForWhole(Exchange* exchange, http::RequestHead* head, const CacheTarget& target, FillRequest request);
  cache::Store::Turn Join(Exchange* exchange, FillRequest* request, bool may_wait);
  void Renew(Connection& connection, FillRequest request);
  void Begin(Exchange* exchange, http::RequestHead* head, FillRequest request);
  void LetPass(Exchange* exchange, const CacheTarget& target, cache::Store* store, ForwardReason reason);
  void RouteLate(int64_t now_ms);
  void RouteAgain(uint32_t token, CacheTurn turn);
  void SendRenewals();

  IoThread& io_;
  cache::Store* const store_;
  queue::IoDoor& door_;
  CacheKey key_;                                    // of the request that is considered
  StoredAnswers answers_;
  cache::HotEntries hot_;
  std::string report_;
  std::unordered_map<uint32_t, Parked> parked_;     // by token
  int64_t earliest_ms_ = kNever;                    // no parked one is late before
  std::vector<Renewal> renewals_;                   // of this turn
  FillRequest* renewed_ = nullptr;                  // while its request is routed
  std::atomic<bool> called_{false};
  std::mutex mutex_;                                // of calls_
  std::vector<uint64_t> calls_;
};

}  // namespace fastserve::server
