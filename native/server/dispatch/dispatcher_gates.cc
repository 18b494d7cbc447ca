// Routes that limit how many of their requests are under way: who comes too many waits here, apart from the lines of pools, so that
// it neither stands in the way of others nor has its pool grow.
#include <algorithm>

#include "native/server/connection/connection.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

bool Dispatcher::EnterGate(Exchange* exchange) {
  if (exchange->gate == nullptr || exchange->in_gate) return true;
  if (!exchange->gate->Enter()) return false;
  exchange->in_gate = GateSlot(exchange->gate);
  return true;
}

void Dispatcher::WaitAtGate(Exchange* exchange) {
  auto line = std::ranges::find(gate_lines_, exchange->gate, &GateLine::gate);
  const int64_t queued = pools_[exchange->pool]->settings.queued;
  const int64_t most = queued == PoolOptions::kInherit ? io_.options().limits.queued : queued;
  if (line != gate_lines_.end() && line->waiting.size() >= most) return RefuseFull(exchange);
  if (line == gate_lines_.end()) {
    exchange->gate->Await(index_, true);
    gate_lines_.push_back({exchange->gate, {}});
    line = gate_lines_.end() - 1;
  }
  exchange->state = ExchangeState::kWaiting;
  exchange->since_ms = io_.now_ms();
  deadlines_.Arm(exchange, QueueLimitOf(*pools_[exchange->pool]), exchange->since_ms);
  line->waiting.PushBack(exchange);
  io_.counters().queued.Add();
}

void Dispatcher::LeaveGateLine(Exchange* exchange) {
  const auto line = std::ranges::find(gate_lines_, exchange->gate, &GateLine::gate);
  line->waiting.Remove(exchange);
  if (!line->waiting.empty()) return;
  line->gate->Await(index_, false);
  gate_lines_.erase(line);
}

// Who gets in goes to the line of its pool, with what is left of its time to wait.
void Dispatcher::PumpGates() {
  for (size_t i = 0; i < gate_lines_.size();) {
    GateLine& line = gate_lines_[i];
    while (!line.waiting.empty() && EnterGate(line.waiting.front())) {
      Exchange* exchange = line.waiting.front();
      line.waiting.Remove(exchange);
      Pool& pool = *pools_[exchange->pool];
      pool.line.Push(exchange, io_.now_ms());
      ++waiting_count_;
      exchange->since_ms = io_.now_ms();
      ShowLine(pool);
    }
    if (!line.waiting.empty()) {
      ++i;
      continue;
    }
    line.gate->Await(index_, false);
    gate_lines_.erase(gate_lines_.begin() + static_cast<ptrdiff_t>(i));
  }
}

// Behind Park: a place that was given up before is seen here, a later one rings (route_gate.h).
bool Dispatcher::GateHasRoom() const {
  return std::ranges::any_of(gate_lines_, [](const GateLine& line) { return line.gate->HasRoom(); });
}

}  // namespace fastserve::server
