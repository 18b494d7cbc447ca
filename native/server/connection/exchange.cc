#include "native/server/connection/exchange.h"

#include <memory>

#include "native/base/bytes.h"
#include "native/base/check.h"

namespace fastserve::server {

std::string_view AnsweredByName(AnsweredBy answered_by) {
  static constexpr std::string_view kNames[kAnsweredByCount] = {"view", "file", "constant", "error", "health", "proxy", "cache"};
  return kNames[static_cast<size_t>(answered_by)];
}

ExchangeTable::~ExchangeTable() = default;

void ExchangeTable::Grow() {
  const auto first = static_cast<uint32_t>(chunks_.size()) * kChunk;
  chunks_.push_back(std::make_unique<Exchange[]>(kChunk));
  for (uint32_t i = kChunk; i-- > 0;) {
    Exchange* exchange = &chunks_.back()[i];
    exchange->slot = first + i;
    free_.push_back(exchange);
  }
}

Exchange* ExchangeTable::Create() {
  if (free_.empty()) {
    if (chunks_.size() * kChunk > queue::kTokenSlotMask - kChunk) return nullptr;
    Grow();
  }
  Exchange* exchange = free_.back();
  free_.pop_back();
  exchange->in_use = true;
  ++live_;
  return exchange;
}

void ExchangeTable::Destroy(Exchange* exchange) {
  FASTSERVE_CHECK(exchange->in_use, "an exchange ends once");
  FASTSERVE_CHECK(exchange->held.empty(), "held answers are sent or dropped before their exchange ends");
  FASTSERVE_CHECK(exchange->deadline.line == nullptr, "what has ended is not due");
  const uint32_t slot = exchange->slot;
  const uint32_t generation = (exchange->generation + 1) & queue::kTokenGenerationMask;
  if (exchange->HoldNothing()) [[likely]] {
    static constexpr ExchangeFacts kFresh;
    base::CopyByCall(static_cast<ExchangeFacts*>(exchange), &kFresh, sizeof kFresh);
  } else {
    std::destroy_at(exchange);
    std::construct_at(exchange);
  }
  exchange->slot = slot;
  exchange->generation = generation;
  free_.push_back(exchange);
  --live_;
}

Exchange* ExchangeTable::Find(uint32_t token) const {
  const uint32_t slot = token & queue::kTokenSlotMask;
  if (slot >= chunks_.size() * kChunk) return nullptr;
  Exchange* exchange = &chunks_[slot / kChunk][slot % kChunk];
  return exchange->in_use && exchange->generation == token >> queue::kTokenSlotBits ? exchange : nullptr;
}

}  // namespace fastserve::server
