// Which worker gets a request, and the lines of those that wait for one: each pool has its own workers and its own line, so
// that none delays another.
#include <algorithm>

#include "native/base/hash.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/request_facts.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Records that a worker may have before it when there is another worker to choose: a late decision finds the free one.
constexpr uint32_t kWindowRecords = 64;
// A worker that has been in one call for so long is stuck: more than a heavy view, less than people wait.
constexpr int64_t kStuckMs = 1000;
// More than any load.
constexpr uint32_t kBehindAll = 1u << 24;

}  // namespace

Dispatcher::Dispatcher(IoThread& io, const std::vector<queue::WorkerSlot*>& slots, uint32_t channel_index,
                       Quarantine& quarantine)
    : io_(io), quarantine_(quarantine), index_(channel_index) {
  std::vector<PoolOptions> pools = io.options().pools;
  if (pools.empty()) {
    pools.emplace_back();
    pools.back().slots = static_cast<uint32_t>(slots.size());
  }
  for (const PoolOptions& options : pools) {
    pools_.push_back(std::make_unique<Pool>(options, lanes_.size(), static_cast<uint8_t>(pools_.size())));
    for (uint32_t i = 0; i < options.slots; ++i) {
      auto lane = std::make_unique<Lane>();
      lane->slot = slots[lanes_.size()];
      lane->channel = lane->slot->channels[channel_index].get();
      lane->pool = pools_.back()->index;
      lanes_.push_back(std::move(lane));
    }
  }
}

// ---- choosing a worker ----------------------------------------------------------------------------------------------

// Whether a worker that understands the routes in use is there, and may have more. The order of looking is that of DiedSince: a new
// epoch has its generation, and behind it the rings are empty and reset (acquire: pairs with WorkerSlot::Attach).
bool Dispatcher::LaneServes(const Lane& lane) const {
  if (lane.slot->state.load(std::memory_order_acquire) != queue::SlotState::kAttached) return false;
  if (lane.recovered_epoch == lane.slot->epoch.load(std::memory_order_acquire)) return false;
  if (!io_.snapshot()->Serves(lane.slot->generation.load(std::memory_order_relaxed))) return false;
  if (lane.slot->draining.load(std::memory_order_relaxed)) return false;
  return LoadOf(lane) < io_.options().limits.in_flight;
}

bool Dispatcher::InWindow(const Lane& lane, uint32_t window) {
  // seq_cst: a Dekker pair with the worker, as RingProducer's look at the head (Q9).
  const uint32_t drained = lane.channel->drained_records.load(std::memory_order_seq_cst);
  return lane.pushed_records - drained < window;
}

// The lane of the pool that serves with the fewest requests in flight, has room for `bytes` in its ring and, unless its
// generation has only this one, in its window. Ties go round. One whose worker is stuck comes behind all others.
Dispatcher::Place Dispatcher::PickLane(Pool& pool, uint32_t bytes) {
  const uint32_t slots = pool.settings.slots;
  const Snapshot& snapshot = *io_.snapshot();
  const bool alone = !pool.settings.exact && snapshot.workers[pool.index] == 1;
  const bool no_other = alone && !snapshot.serves_older();
  const uint32_t window = pool.settings.exact ? 1 : kWindowRecords;
  Place best;
  uint32_t fewest = ~0u;
  uint32_t at = pool.next_lane;
  for (uint32_t looked = 0; looked < slots; ++looked, at = at + 1 == slots ? 0 : at + 1) {
    const size_t index = pool.first + at;
    const Lane& lane = *lanes_[index];
    const uint32_t load = LoadOf(lane) + (!alone && StandsStill(lane, kStuckMs) ? kBehindAll : 0);
    if (load >= fewest || !LaneServes(lane) || (!alone && !InWindow(lane, window))) continue;
    uint8_t* const record = lane.channel->requests.Reserve(bytes);
    if (record == nullptr) continue;
    best = {static_cast<int>(index), record};
    fewest = load;
    if (no_other) {
      pool.next_lane = at;  // found at once the next time, too
      return best;
    }
  }
  pool.next_lane = pool.next_lane + 1 >= slots ? 0 : pool.next_lane + 1;
  return best;
}

bool Dispatcher::HasWorker() const {
  const Pool& pool = *pools_.front();
  if (pool.settings.slots == 0) return true;
  const auto first = lanes_.begin() + static_cast<ptrdiff_t>(pool.first);
  return std::any_of(first, first + pool.settings.slots, [this](const auto& lane) {
    const queue::WorkerSlot& slot = *lane->slot;
    return slot.state.load(std::memory_order_acquire) == queue::SlotState::kAttached &&
           io_.snapshot()->Serves(slot.generation.load(std::memory_order_relaxed));
  });
}

bool Dispatcher::IsPressed(uint8_t index) const {
  const Pool& pool = *pools_[index];
  if (!pool.line.empty()) return true;
  const auto first = lanes_.begin() + static_cast<ptrdiff_t>(pool.first);
  return std::none_of(first, first + pool.settings.slots, [this](const auto& lane) { return LaneServes(*lane) && !StandsStill(*lane, queue::StandStill::kLimitMs); });
}

bool Dispatcher::StandsStill(const Lane& lane, int64_t at_least_ms) {
  const queue::Channel& channel = *lane.channel;
  return lane.stand_still.Lasts(channel.worker_parking.SeemsParked(), channel.request_positions.head.load(std::memory_order_relaxed),
                                channel.response_positions.tail.load(std::memory_order_relaxed), at_least_ms);
}

// ---- waiting --------------------------------------------------------------------------------------------------------

int64_t Dispatcher::QueueLimitOf(const Pool& pool) const {
  return pool.settings.max_wait_ms == PoolOptions::kInherit ? io_.options().timeouts.queue_ms : pool.settings.max_wait_ms;
}

uint64_t Dispatcher::ShareOf(const Exchange* exchange, const Pool& pool, const queue::RequestParts& parts) const {
  const std::string_view raw = parts.head_bytes.substr(parts.head->path_offset, parts.head->path_length);
  const std::string_view path = parts.normalized_path.empty() ? raw : parts.normalized_path;
  const Origin origin{*parts.peer, (parts.flags & queue::kFlagTls) != 0};
  std::string key;
  pool.settings.fair->Expand(FactsOf(*exchange->connection, *parts.head, parts.head_bytes, path, origin), &key);
  return base::HashBytes(key, share_seed_);
}

// Into the line of its pool, or 503 when that is full (or nobody will ever come).
void Dispatcher::Wait(Exchange* exchange) {
  if (exchange->gate != nullptr && !exchange->in_gate) return WaitAtGate(exchange);
  Pool& pool = *pools_[exchange->pool];
  const int64_t most = pool.settings.queued == PoolOptions::kInherit ? io_.options().limits.queued : pool.settings.queued;
  if (pool.settings.slots == 0 || pool.line.size() >= most) return RefuseFull(exchange);
  exchange->state = ExchangeState::kWaiting;
  exchange->since_ms = io_.now_ms();
  deadlines_.Arm(exchange, QueueLimitOf(pool), exchange->since_ms);
  pool.line.Push(exchange, exchange->since_ms);
  ShowLine(pool);
  ++waiting_count_;
  io_.counters().queued.Add();
}

void Dispatcher::RefuseFull(Exchange* exchange) {
  io_.counters().rejected_queue_full.Add();
  pools_[exchange->pool]->rejected.Add();
  exchange->connection->SendStatus(exchange, 503, "Retry-After: 1\r\n");
}

void Dispatcher::LeaveLine(Exchange* exchange) {
  deadlines_.Disarm(exchange);
  io_.counters().queued.Subtract();
  if (exchange->gate != nullptr && !exchange->in_gate) return LeaveGateLine(exchange);
  Pool& pool = *pools_[exchange->pool];
  pool.line.Remove(exchange);
  ShowLine(pool);
  --waiting_count_;
}

void Dispatcher::ShowLine(Pool& pool) {
  pool.waiting.store(pool.line.size(), std::memory_order_relaxed);
  pool.oldest_ms.store(pool.line.empty() ? 0 : pool.line.oldest()->since_ms, std::memory_order_relaxed);
}

Dispatcher::PoolStats Dispatcher::pool_stats(uint32_t index) const {
  const Pool& pool = *pools_[index];
  return {pool.waiting.load(std::memory_order_relaxed), pool.oldest_ms.load(std::memory_order_relaxed), pool.waited.Read(),
          pool.waited_ms.Read(), pool.rejected.Read()};
}

// Of its lane nobody else asks for room: a pool whose line is long must not have the workers of others ring.
bool Dispatcher::WantsSpace(const Lane& lane) const {
  return !blocked_.empty() || !lane.controls.empty() || !pools_[lane.pool]->line.empty();
}

void Dispatcher::Pump() {
  if (!gate_lines_.empty()) PumpGates();
  const bool late_controls = FlushControls();
  if (waiting_count_ == 0 && blocked_.empty() && !late_controls) return;
  // seq_cst exchange before looking: the first half of the Dekker pairs that WorkerPort::Flush completes (Q9).
  for (auto& lane : lanes_) {
    if (WantsSpace(*lane)) lane->channel->space_wanted.exchange(1, std::memory_order_seq_cst);
  }
  FlushControls();
  for (const auto& pool : pools_) PumpPool(*pool);
  RetryBlocked();
}

void Dispatcher::PumpPool(Pool& pool) {
  if (pool.line.empty()) return;
  while (Exchange* exchange = pool.line.Next(io_.now_ms())) {
    const Place place = PickLane(pool, PendingRecord(exchange)->length);
    if (place.lane < 0) break;
    Connection* connection = exchange->connection;
    pool.line.Take(exchange);
    pool.waited.Add();
    pool.waited_ms.Add(static_cast<uint64_t>(io_.now_ms() - exchange->since_ms));
    --waiting_count_;
    io_.counters().queued.Subtract();
    PushTo(place, exchange);
    // It may have stopped reading for the request.
    if (!connection->closed()) connection->Unblock();
  }
  ShowLine(pool);
}

}  // namespace fastserve::server
