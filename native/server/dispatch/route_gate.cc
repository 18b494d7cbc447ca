#include "native/server/dispatch/route_gate.h"

namespace fastserve::server {

void RouteGate::Leave() {
  count_.fetch_sub(1, std::memory_order_seq_cst);
  const uint64_t waiting = waiting_.load(std::memory_order_seq_cst);
  if (waiting == 0) [[likely]] return;
  for (size_t io = 0; io < doors_.size(); ++io) {
    if ((waiting >> io & 1) != 0) doors_[io]->RingIfParked();
  }
}

std::shared_ptr<RouteGate> RouteGates::Of(const std::string& route, uint32_t most) {
  std::shared_ptr<RouteGate>& gate = gates_[route];
  if (gate == nullptr) gate = std::make_shared<RouteGate>(doors_, most);
  gate->set_most(most);
  return gate;
}

}  // namespace fastserve::server
