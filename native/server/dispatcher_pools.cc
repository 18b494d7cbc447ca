// Which worker gets a request, and the lines of those that wait for one: each pool has its own workers and its own line, so
// that none delays another.
#include <algorithm>

#include "native/server/connection.h"
#include "native/server/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Records that a worker may have before it when there is another worker to choose: a late decision finds the free one.
constexpr uint32_t kWindowRecords = 64;

}  // namespace

Dispatcher::Dispatcher(IoThread& io, const std::vector<queue::WorkerSlot*>& slots, uint32_t channel_index,
                       Quarantine& quarantine)
    : io_(io), quarantine_(quarantine) {
  const std::vector<PoolOptions>& pools = io.options().pools;
  if (pools.empty()) pools_.push_back({0, slots.size(), 0, {}});
  for (const PoolOptions& pool : pools) {
    const size_t first = pools_.empty() ? 0 : pools_.back().first + pools_.back().count;
    pools_.push_back({first, pool.slots, static_cast<uint8_t>(pools_.size()), {}});
  }
  for (const Pool& pool : pools_) {
    for (size_t i = pool.first; i < pool.first + pool.count; ++i) {
      auto lane = std::make_unique<Lane>();
      lane->slot = slots[i];
      lane->channel = slots[i]->channels[channel_index].get();
      lane->pool = pool.index;
      lanes_.push_back(std::move(lane));
    }
  }
}

// ---- choosing a worker ----------------------------------------------------------------------------------------------

// Whether a worker of the generation in use is there, and may have more. The order of looking is that of DiedSince: a new
// epoch has its generation, and behind it the rings are empty and reset (acquire: pairs with WorkerSlot::Attach).
bool Dispatcher::LaneServes(const Lane& lane) const {
  if (lane.slot->state.load(std::memory_order_acquire) != queue::SlotState::kAttached) return false;
  if (lane.recovered_epoch == lane.slot->epoch.load(std::memory_order_acquire)) return false;
  if (lane.slot->generation.load(std::memory_order_relaxed) != io_.snapshot()->generation) return false;
  if (lane.slot->draining.load(std::memory_order_relaxed)) return false;
  return lane.in_flight.size() + lane.lingering.size() < io_.options().limits.in_flight;
}

bool Dispatcher::InWindow(const Lane& lane) {
  // seq_cst: a Dekker pair with the worker, as RingProducer's look at the head (Q9).
  const uint32_t drained = lane.channel->drained_records.load(std::memory_order_seq_cst);
  return lane.pushed_records - drained < kWindowRecords;
}

// The lane of the pool that serves with the fewest requests in flight, has room for `bytes` in its ring and, unless its
// generation has only this one, in its window; -1 when there is none. Ties go round.
int Dispatcher::PickLane(Pool& pool, uint32_t bytes) {
  const bool alone = io_.snapshot()->workers[pool.index] == 1;
  int best = -1;
  uint32_t fewest = ~0u;
  for (size_t i = 0; i < pool.count; ++i) {
    const size_t index = pool.first + (pool.next_lane + i) % pool.count;
    const Lane& lane = *lanes_[index];
    const uint32_t load = lane.in_flight.size() + lane.lingering.size();
    if (load >= fewest || !LaneServes(lane) || (!alone && !InWindow(lane))) continue;
    if (lane.channel->requests.Reserve(bytes) == nullptr) continue;
    best = static_cast<int>(index);
    fewest = load;
  }
  ++pool.next_lane;
  return best;
}

bool Dispatcher::HasWorker() const {
  const Pool& pool = pools_.front();
  if (pool.count == 0) return true;
  const auto first = lanes_.begin() + static_cast<ptrdiff_t>(pool.first);
  return std::any_of(first, first + static_cast<ptrdiff_t>(pool.count), [this](const auto& lane) {
    const queue::WorkerSlot& slot = *lane->slot;
    return slot.state.load(std::memory_order_acquire) == queue::SlotState::kAttached &&
           slot.generation.load(std::memory_order_relaxed) == io_.snapshot()->generation;
  });
}

bool Dispatcher::IsPressed(uint8_t index) const {
  const Pool& pool = pools_[index];
  if (!pool.waiting.empty()) return true;
  const auto first = lanes_.begin() + static_cast<ptrdiff_t>(pool.first);
  return std::none_of(first, first + static_cast<ptrdiff_t>(pool.count), [this](const auto& lane) { return LaneServes(*lane); });
}

// ---- waiting --------------------------------------------------------------------------------------------------------

// Into the line of its pool, or 503 when that is full (or nobody will ever come).
void Dispatcher::Wait(Exchange* exchange) {
  Pool& pool = pools_[exchange->pool];
  if (pool.count == 0 || pool.waiting.size() >= io_.options().limits.queued) {
    io_.counters().rejected_queue_full.Add();
    exchange->connection->SendStatus(exchange, 503, "Retry-After: 1\r\n");
    return;
  }
  exchange->state = ExchangeState::kWaiting;
  exchange->since_ms = io_.now_ms();
  deadlines_.Arm(exchange, io_.options().timeouts.queue_ms, exchange->since_ms);
  pool.waiting.PushBack(exchange);
  ++waiting_count_;
  io_.counters().queued.Add();
}

void Dispatcher::LeaveLine(Exchange* exchange) {
  pools_[exchange->pool].waiting.Remove(exchange);
  --waiting_count_;
  deadlines_.Disarm(exchange);
  io_.counters().queued.Subtract();
}

// Of its lane nobody else asks for room: a pool whose line is long must not have the workers of others ring.
bool Dispatcher::WantsSpace(const Lane& lane) const {
  return !blocked_.empty() || !lane.controls.empty() || !pools_[lane.pool].waiting.empty();
}

void Dispatcher::Pump() {
  const bool late_controls = FlushControls();
  if (waiting_count_ == 0 && blocked_.empty() && !late_controls) return;
  // seq_cst exchange before looking: the first half of the Dekker pairs that WorkerPort::Flush completes (Q9).
  for (auto& lane : lanes_) {
    if (WantsSpace(*lane)) lane->channel->space_wanted.exchange(1, std::memory_order_seq_cst);
  }
  FlushControls();
  for (Pool& pool : pools_) PumpPool(pool);
  RetryBlocked();
}

void Dispatcher::PumpPool(Pool& pool) {
  while (Exchange* exchange = pool.waiting.front()) {
    Connection* connection = exchange->connection;
    pool.waiting.Remove(exchange);
    if (!PushPending(exchange)) {
      pool.waiting.PushFront(exchange);
      return;
    }
    --waiting_count_;
    io_.counters().queued.Subtract();
    // It may have stopped reading for the request.
    connection->Unblock();
  }
}

}  // namespace fastserve::server
