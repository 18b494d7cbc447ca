// The response cache: stored responses of all I/O threads, the fills that are under way, purging.
//
// Any thread. Keys are spread over shards, each with a lock that is held for one look-up or change of one key; waiters are
// called and replaced responses freed outside of it. A response is shared by reference: who has found one keeps it whatever happens to
// the store.
//
//   Look ──fresh or stale──► kFound
//     │ nothing usable          ┌─ nobody fills ─► kFill: the caller asks, and ends the fill with Finish
//     └────────── Join ─────────┼─ somebody does ► kWait: the caller's room is called when that fill has ended
//                               └─ was not storable, or asked too rarely ─► kPass: the caller asks for itself alone
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "native/cache/entry.h"
#include "native/cache/purge.h"
#include "native/cache/shard.h"
#include "native/cache/vary.h"

namespace fastserve::cache {

struct StoreOptions {
  size_t bytes = 64u << 20;
  size_t max_entry_bytes = 1u << 20;  // of one content; never more than an eighth of `bytes`
};

struct StoreTotals {
  uint64_t bytes = 0, evictions = 0, stored = 0, purged = 0;
  uint64_t forms = 0;  // coded forms that were kept
  uint64_t fragment_hits = 0, fragment_misses = 0;
};

// A fill under way. Not copied: whoever has it ends it.
struct Fill {
  uint64_t number = 0;       // 0: the caller fills for itself alone
  uint64_t order = 0;        // of its asking, among all fills and invalidations
  uint64_t purges_seen = 0;  // what is purged behind that is not stored
};

// How long what Look gave may be used without asking again: while ChangesOf its hash gives `changes`.
struct Lease {
  bool granted = false;
  uint64_t changes = 0;
};

class Store {
 public:
  enum class Turn : uint8_t { kFill, kWait, kPass };

  explicit Store(const StoreOptions& options);
  const StoreOptions& options() const { return options_; }

  uint64_t HashOf(std::string_view key) const;

  // The newest stored response that `request` selects; none when there is none, fresh or stale. *lease is granted where it is the newest
  // of its key and has been used so often that more uses need not be counted.
  EntryRef Look(std::string_view key, uint64_t hash, const RequestView& request, Lease* lease = nullptr);
  // Takes no lock. A number that was read before a purge or a change of the key returned is another one afterwards.
  uint64_t ChangesOf(uint64_t hash) const { return shards_[ShardOf(hash)]->shard.changes(); }

  // Nothing usable is stored: who asks? `may_wait`: false for those that will not wait (again). min_uses counts calls.
  Turn Join(std::string_view key, uint64_t hash, uint32_t min_uses, int64_t now_ms, const Waiter& waiter, bool may_wait,
            Fill* fill);
  // Begins a fill unless one is under way: for renewing what is stale behind the client's back.
  bool TryFill(std::string_view key, uint64_t hash, Fill* fill);

  // A fill of the caller for itself alone, for which nobody waits. Takes no lock.
  Fill BeginAlone();

  // Ends a fill and calls who waits. `entry`: what is stored; null: nothing is, and `pass_until_ms` says until when requests
  // of this key shall not wait for each other (0: the next one fills).
  void Finish(std::string_view key, uint64_t hash, const Fill& fill, std::unique_ptr<Entry> entry, int64_t pass_until_ms);

  // The content of an entry to come.
  std::shared_ptr<StoredContent> MakeContent(std::string bytes) const;
  // Ends what a Claim of `of` began, within the budget: `form` is kept beside it while it is stored under `key`, and goes with it.
  // Empty: coding saves nothing.
  void AddForm(std::string_view key, uint64_t hash, StoredContent& of, http::Coding coding, std::string form);

  // Forgets one key (RFC 9111 4.4), and lets nothing be stored that was asked for before.
  void Invalidate(std::string_view key, uint64_t hash);
  // Forgets what `purge` names; returns how many. When it returns no thread finds them any more, and what was asked for
  // before is not stored. Holds no lock for longer than a few hundred keys take.
  size_t Forget(const Purge& purge);

  // Of FindFragment.
  void CountFragment(bool found) { (found ? fragment_hits_ : fragment_misses_).fetch_add(1, std::memory_order_relaxed); }

  StoreTotals ReadTotals();

 private:
  static constexpr size_t kMaxVariants = 32;  // of one key
  struct Guarded {
    explicit Guarded(size_t budget_bytes) : shard(budget_bytes) {}
    std::mutex mutex;
    Shard shard;
  };
  size_t ShardOf(uint64_t hash) const { return (hash >> 48) & shard_mask_; }
  Guarded& Of(uint64_t hash) { return *shards_[ShardOf(hash)]; }
  static void PutVariant(Slot* slot, EntryRef entry, std::vector<EntryRef>* dropped);
  size_t ForgetIn(Guarded& guarded, const Purge& purge);

  const StoreOptions options_;
  const uint64_t seed_;
  std::vector<std::unique_ptr<Guarded>> shards_;  // a power of two
  size_t shard_mask_ = 0;
  std::atomic<uint64_t> next_order_{1};
  const std::shared_ptr<ContentFile> file_;  // null: the system has none
  std::atomic<uint64_t> stored_{0}, purged_{0}, forms_{0}, fragment_hits_{0}, fragment_misses_{0};
  PurgeLog purge_log_;
};

}  // namespace fastserve::cache
