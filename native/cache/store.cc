#include "native/cache/store.h"

#include <algorithm>
#include <bit>
#include <random>

#include "native/base/hash.h"

namespace fastserve::cache {
namespace {

constexpr size_t kMostShards = 16;
// Buckets of a shard that a purge looks at before it lets others in.
constexpr size_t kBucketsPerLook = 256;

uint64_t SecretSeed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

// Large enough each that the largest entry is a small part of one.
size_t ShardsFor(const StoreOptions& options) {
  const size_t fitting = options.bytes / std::max<size_t>(1, 4 * options.max_entry_bytes);
  return std::bit_floor(std::clamp<size_t>(fitting, 1, kMostShards));
}

StoreOptions Bounded(StoreOptions options) {
  options.max_entry_bytes = std::min(options.max_entry_bytes, options.bytes / 8);
  return options;
}

bool SameSelection(const Entry& a, const Entry& b) {
  return std::ranges::equal(a.vary, b.vary,
                            [](const VaryField& x, const VaryField& y) { return x.name == y.name && x.value == y.value; });
}

}  // namespace

Store::Store(const StoreOptions& options) : options_(Bounded(options)), seed_(SecretSeed()), file_(ContentFile::Make()) {
  const size_t count = ShardsFor(options_);
  shard_mask_ = count - 1;
  for (size_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Guarded>(options_.bytes / count));
}

uint64_t Store::HashOf(std::string_view key) const { return base::HashBytes(key, seed_); }

EntryRef Store::Look(std::string_view key, uint64_t hash, const RequestView& request, Lease* lease) {
  Guarded& guarded = Of(hash);
  const std::lock_guard lock(guarded.mutex);
  const Slot* slot = guarded.shard.Find(key, hash);
  if (slot == nullptr) return {};
  for (auto at = slot->variants.rbegin(); at != slot->variants.rend(); ++at) {
    if (!Selects(request, **at)) continue;
    const bool is_newest = at == slot->variants.rbegin();
    if (lease != nullptr) *lease = {is_newest && Shard::IsUsedEnough(*slot), guarded.shard.changes()};
    return *at;
  }
  return {};
}

Fill Store::BeginAlone() {
  return {.number = 0, .order = next_order_.fetch_add(1, std::memory_order_relaxed), .purges_seen = purge_log_.seen()};
}

Store::Turn Store::Join(std::string_view key, uint64_t hash, uint32_t min_uses, int64_t now_ms, const Waiter& waiter,
                        bool may_wait, Fill* fill) {
  *fill = BeginAlone();
  std::vector<EntryRef> dropped;
  Guarded& guarded = Of(hash);
  const std::lock_guard lock(guarded.mutex);
  Slot* slot = guarded.shard.Obtain(key, hash);
  const bool used_enough = !slot->variants.empty() || ++slot->uses >= min_uses;
  if (!used_enough) {
    guarded.shard.Trim(&dropped);
    return Turn::kPass;
  }
  if (slot->fill != 0) {
    if (!may_wait) return Turn::kPass;
    slot->waiters.push_back(waiter);
    return Turn::kWait;
  }
  if (slot->pass_until_ms > now_ms) return Turn::kFill;  // for itself alone: no number, nobody waits for it
  slot->fill = fill->number = fill->order;
  guarded.shard.Trim(&dropped);
  return Turn::kFill;
}

bool Store::TryFill(std::string_view key, uint64_t hash, Fill* fill) {
  *fill = BeginAlone();
  std::vector<EntryRef> dropped;
  Guarded& guarded = Of(hash);
  const std::lock_guard lock(guarded.mutex);
  Slot* slot = guarded.shard.Obtain(key, hash);
  if (slot->fill != 0) return false;
  slot->fill = fill->number = fill->order;
  guarded.shard.Trim(&dropped);
  return true;
}

// A variant with the same selection is replaced. Where the names of Vary have changed, the older ones stay until they are
// stale for good or pushed out: the newest that a request selects is used (RFC 9111 4.1).
void Store::PutVariant(Slot* slot, EntryRef entry, std::vector<EntryRef>* dropped) {
  auto& variants = slot->variants;
  const auto same = std::ranges::find_if(variants, [&](const EntryRef& old) { return SameSelection(*old, *entry); });
  if (same != variants.end()) {
    dropped->push_back(std::move(*same));
    variants.erase(same);
  } else if (variants.size() >= kMaxVariants) {
    dropped->push_back(std::move(variants.front()));
    variants.erase(variants.begin());
  }
  variants.push_back(std::move(entry));
}

void Store::Finish(std::string_view key, uint64_t hash, const Fill& fill, std::unique_ptr<Entry> entry,
                   int64_t pass_until_ms) {
  std::vector<Waiter> waiters;
  std::vector<EntryRef> dropped;  // freed behind the lock
  EntryRef stored(entry.release());
  Guarded& guarded = Of(hash);
  {
    const std::lock_guard lock(guarded.mutex);
    // Under the lock, so that a purge either finds the entry here or is found by it there.
    if (stored && purge_log_.NamedSince(fill.purges_seen, *stored)) stored = EntryRef();
    Slot* slot = stored ? guarded.shard.Obtain(key, hash) : guarded.shard.Find(key, hash);
    if (slot == nullptr) return;
    if (fill.order < slot->void_before) stored = EntryRef();
    if (fill.number != 0 && slot->fill == fill.number) {
      slot->fill = 0;
      waiters.swap(slot->waiters);
    }
    slot->pass_until_ms = stored ? 0 : pass_until_ms;
    if (stored) {
      PutVariant(slot, stored, &dropped);
      stored_.fetch_add(1, std::memory_order_relaxed);
      guarded.shard.Reweigh(slot);
      guarded.shard.Trim(&dropped);
    }
  }
  for (const Waiter& waiter : waiters) waiter.room->Call(waiter.ticket);
}

std::shared_ptr<StoredContent> Store::MakeContent(std::string bytes) const {
  return std::make_shared<StoredContent>(std::move(bytes), file_);
}

void Store::AddForm(std::string_view key, uint64_t hash, StoredContent& of, http::Coding coding, std::string form) {
  auto content = form.empty() ? nullptr : std::make_unique<const Content>(std::move(form), file_);
  std::vector<EntryRef> dropped;
  Guarded& guarded = Of(hash);
  const std::lock_guard lock(guarded.mutex);
  Slot* slot = guarded.shard.Peek(key, hash);
  const auto is_its = [&](const EntryRef& entry) { return entry->content.get() == &of; };
  // What is gone is not paid for any more. (A validation under way may bring it back, without the form.)
  if (slot == nullptr || std::ranges::none_of(slot->variants, is_its)) return of.GiveUp(coding);
  if (content != nullptr) forms_.fetch_add(1, std::memory_order_relaxed);
  of.Settle(coding, std::move(content));
  guarded.shard.Reweigh(slot);
  guarded.shard.Trim(&dropped);
}

void Store::Invalidate(std::string_view key, uint64_t hash) {
  std::vector<EntryRef> dropped;
  Guarded& guarded = Of(hash);
  const std::lock_guard lock(guarded.mutex);
  Slot* slot = guarded.shard.Find(key, hash);
  if (slot == nullptr) return;
  slot->void_before = next_order_.fetch_add(1, std::memory_order_relaxed);
  dropped.swap(slot->variants);
  guarded.shard.Reweigh(slot);
}

size_t Store::Forget(const Purge& purge) {
  purge_log_.Add(purge);
  size_t forgotten = 0;
  for (auto& guarded : shards_) forgotten += ForgetIn(*guarded, purge);
  purged_.fetch_add(forgotten, std::memory_order_relaxed);
  return forgotten;
}

// In looks of a few hundred buckets. When the table has grown in between, its buckets are others: it begins again.
size_t Store::ForgetIn(Guarded& guarded, const Purge& purge) {
  size_t forgotten = 0;
  size_t bucket = 0;
  size_t bucket_count = 0;
  while (true) {
    std::vector<EntryRef> dropped;
    std::vector<Slot*> changed;
    const std::lock_guard lock(guarded.mutex);
    if (guarded.shard.bucket_count() != bucket_count) {
      bucket = 0;
      bucket_count = guarded.shard.bucket_count();
    }
    const size_t end = std::min(bucket + kBucketsPerLook, bucket_count);
    for (; bucket < end; ++bucket) {
      guarded.shard.VisitBucket(bucket, [&](Slot* slot) {
        const size_t before = dropped.size();
        std::erase_if(slot->variants, [&](EntryRef& entry) {
          if (!purge.Names(*entry)) return false;
          dropped.push_back(entry);
          return true;
        });
        if (dropped.size() > before) changed.push_back(slot);
      });
    }
    for (Slot* slot : changed) guarded.shard.Reweigh(slot);
    forgotten += dropped.size();
    if (bucket >= bucket_count) return forgotten;
  }
}

StoreTotals Store::ReadTotals() {
  StoreTotals totals;
  totals.stored = stored_.load(std::memory_order_relaxed);
  totals.purged = purged_.load(std::memory_order_relaxed);
  totals.forms = forms_.load(std::memory_order_relaxed);
  totals.fragment_hits = fragment_hits_.load(std::memory_order_relaxed);
  totals.fragment_misses = fragment_misses_.load(std::memory_order_relaxed);
  for (auto& guarded : shards_) {
    const std::lock_guard lock(guarded->mutex);
    totals.bytes += guarded->shard.bytes();
    totals.evictions += guarded->shard.evictions();
  }
  return totals;
}

}  // namespace fastserve::cache
