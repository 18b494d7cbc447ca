#include "native/cache/shard.h"

#include <algorithm>
#include <iterator>

namespace fastserve::cache {
namespace {

constexpr size_t kGhosts = 8192;
constexpr size_t kSmallShare = 10;  // the small queue has one part of this many
constexpr size_t kSlotBytes = 256;

size_t WeightOf(const Slot& slot) {
  size_t weight = kSlotBytes + slot.key.size();
  for (const EntryRef& entry : slot.variants) weight += entry->Weight();
  return weight;
}

}  // namespace

Shard::Shard(size_t budget_bytes) : ghosts_(kGhosts, 0), budget_bytes_(budget_bytes) {}

Slot* Shard::Find(std::string_view key, uint64_t hash) {
  Slot* slot = Peek(key, hash);
  if (slot != nullptr && slot->frequency < kMostFrequency) ++slot->frequency;
  return slot;
}

Slot* Shard::Peek(std::string_view key, uint64_t hash) {
  const auto found = slots_.find(hash);
  return found == slots_.end() || found->second->key != key ? nullptr : found->second.get();
}

Slot* Shard::Obtain(std::string_view key, uint64_t hash) {
  if (const auto found = slots_.find(hash); found != slots_.end()) {
    if (found->second->key == key) return found->second.get();
    Remove(found->second.get());
  }
  auto made = std::make_unique<Slot>();
  Slot* slot = made.get();
  slot->key.assign(key);
  slot->hash = hash;
  slot->in_main = IsGhost(hash);
  slot->weight = WeightOf(*slot);
  slots_.emplace(hash, std::move(made));
  Push(QueueOf(slot), slot);
  return slot;
}

void Shard::Reweigh(Slot* slot) {
  NoteChange();
  Queue& queue = QueueOf(slot);
  queue.bytes -= slot->weight;
  slot->weight = WeightOf(*slot);
  queue.bytes += slot->weight;
}

void Shard::Remove(Slot* slot) {
  NoteChange();
  Unlink(QueueOf(slot), slot);
  slots_.erase(slot->hash);
}

void Shard::Push(Queue& queue, Slot* slot) {
  slot->older = queue.newest;
  slot->newer = nullptr;
  (queue.newest != nullptr ? queue.newest->newer : queue.oldest) = slot;
  queue.newest = slot;
  queue.bytes += slot->weight;
}

void Shard::Unlink(Queue& queue, Slot* slot) {
  (slot->newer != nullptr ? slot->newer->older : queue.newest) = slot->older;
  (slot->older != nullptr ? slot->older->newer : queue.oldest) = slot->newer;
  slot->newer = slot->older = nullptr;
  queue.bytes -= slot->weight;
}

// Each step frees a slot, moves one to the main queue, or takes a use off one: it ends. What is being filled stays, so with
// nothing else left the budget is passed by the size of a few keys.
void Shard::Trim(std::vector<EntryRef>* dropped) {
  size_t patience = 4 * (slots_.size() + 1);
  while (bytes() > budget_bytes_ && patience-- > 0) {
    const bool small_first = small_.bytes * kSmallShare > budget_bytes_ || main_.oldest == nullptr;
    if (small_first ? !EvictFromSmall(dropped) : !EvictFromMain(dropped)) return;
  }
}

bool Shard::EvictFromSmall(std::vector<EntryRef>* dropped) {
  Slot* slot = small_.oldest;
  if (slot == nullptr) return false;
  NoteChange();
  if (slot->frequency > 1 || slot->fill != 0) {
    Unlink(small_, slot);
    slot->in_main = true;
    slot->frequency = 0;
    Push(main_, slot);
  } else {
    Remember(slot->hash);
    Drop(slot, dropped);
  }
  return true;
}

bool Shard::EvictFromMain(std::vector<EntryRef>* dropped) {
  Slot* slot = main_.oldest;
  if (slot == nullptr) return false;
  NoteChange();
  if (slot->frequency > 0 || slot->fill != 0) {
    Unlink(main_, slot);
    if (slot->frequency > 0) --slot->frequency;
    Push(main_, slot);
  } else {
    Drop(slot, dropped);
  }
  return true;
}

void Shard::Drop(Slot* slot, std::vector<EntryRef>* dropped) {
  if (!slot->variants.empty()) ++evictions_;
  std::ranges::move(slot->variants, std::back_inserter(*dropped));
  Remove(slot);
}

}  // namespace fastserve::cache
