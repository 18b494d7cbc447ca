// What follows a request into its worker's ring: streamed content, credit, cancellation.
#include <algorithm>
#include <cstring>

#include "native/base/check.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Size that ReserveChunk asks for beyond the data: the chunk's own head and an end record.
constexpr uint32_t kChunkOverhead = 2 * sizeof(queue::ControlRecord) + queue::kAlignment;

}  // namespace

// ---- streamed content -----------------------------------------------------------------------------------------------

bool Dispatcher::ReserveChunk(Exchange* exchange, uint32_t bytes) {
  if (exchange->state != ExchangeState::kInWorker && exchange->state != ExchangeState::kStreaming) return false;
  queue::Channel& channel = *LaneOf(exchange).channel;
  if (channel.requests.Reserve(queue::Align(bytes + kChunkOverhead)) != nullptr) return true;
  if (!exchange->blocked_on_ring) blocked_.push_back(exchange->token());
  exchange->blocked_on_ring = true;
  return false;
}

void Dispatcher::CommitChunk(Exchange* exchange, std::string_view data, bool ended) {
  queue::RingProducer& ring = LaneOf(exchange).channel->requests;
  const auto size = static_cast<uint32_t>(data.size());
  const uint32_t bytes = queue::Align(static_cast<uint32_t>(sizeof(queue::ControlRecord)) + size);
  uint8_t* room = ring.Reserve(bytes);
  FASTSERVE_CHECK(room != nullptr, "ReserveChunk comes before CommitChunk");
  const queue::ControlRecord record{
      bytes, exchange->token(),
      static_cast<uint32_t>(queue::RequestKind::kBodyChunk) | (ended ? queue::kFlagBodyEnd : 0), size};
  std::memcpy(room, &record, sizeof record);
  if (!data.empty()) std::memcpy(room + sizeof record, data.data(), data.size());
  ring.Commit(bytes);
  exchange->body_credit -= std::min(exchange->body_credit, size);
}

void Dispatcher::BreakBody(Exchange* exchange) {
  if (!exchange->body_streamed) return;
  if (exchange->state != ExchangeState::kInWorker && exchange->state != ExchangeState::kStreaming) return;
  PushControl(exchange, queue::RequestKind::kBodyChunk, queue::kFlagBodyEnd | queue::kFlagBodyAborted, 0);
}

// ---- control records ------------------------------------------------------------------------------------------------

void Dispatcher::PushControl(Exchange* exchange, queue::RequestKind kind, uint32_t flags, uint32_t value) {
  Lane& lane = LaneOf(exchange);
  const LateControl control{exchange->token(), static_cast<uint32_t>(kind) | flags, value};
  if (!lane.controls.empty() || !WriteControl(lane, control)) lane.controls.push_back(control);
}

bool Dispatcher::WriteControl(Lane& lane, const LateControl& control) {
  constexpr uint32_t kBytes = sizeof(queue::ControlRecord);
  uint8_t* room = lane.channel->requests.Reserve(kBytes);
  if (room == nullptr) return false;
  const queue::ControlRecord record{kBytes, control.token, control.flags, control.value};
  std::memcpy(room, &record, sizeof record);
  lane.channel->requests.Commit(kBytes);
  return true;
}

// In order within a lane: a worker that reads nothing holds up nobody else's. Records for a dead one are dropped by Recover.
bool Dispatcher::FlushControls() {
  bool late = false;
  for (auto& lane : lanes_) {
    auto& controls = lane->controls;
    size_t written = 0;
    while (written < controls.size() && WriteControl(*lane, controls[written])) ++written;
    controls.erase(controls.begin(), controls.begin() + static_cast<ptrdiff_t>(written));
    late |= !controls.empty();
  }
  return late;
}

void Dispatcher::Cancel(Exchange* exchange, queue::CancelReason reason) {
  if (exchange->state != ExchangeState::kInWorker && exchange->state != ExchangeState::kStreaming) return;
  Lane& lane = LaneOf(exchange);
  // Not yet released by the worker: its bytes are still ours to mark, so that a request that was not started never runs.
  // The race with its start is harmless: the control record follows.
  const uint32_t released = lane.channel->request_positions.head.load(std::memory_order_acquire);
  if (reason != queue::CancelReason::kTimeShort &&
      exchange->record_start >= lane.channel->requests.Widen(released)) {
    auto* record = reinterpret_cast<queue::RequestRecord*>(lane.channel->requests.at(exchange->record_start));
    std::atomic_ref<uint32_t>(record->flags).fetch_or(queue::kFlagCancelled, std::memory_order_relaxed);
  }
  if (reason != queue::CancelReason::kTimeShort) {
    // Nobody waits for it: it no longer takes the place of another one, and should it come again it needs none.
    exchange->in_gate = {};
    exchange->gate.reset();
  }
  PushControl(exchange, queue::RequestKind::kCancel, 0, static_cast<uint32_t>(reason));
}

void Dispatcher::Warn(Exchange* exchange) {
  if (exchange->state != ExchangeState::kInWorker && exchange->state != ExchangeState::kStreaming) return;
  PushControl(exchange, queue::RequestKind::kCancel, 0, static_cast<uint32_t>(queue::CancelReason::kClientGone));
}

void Dispatcher::GiveCredit(Exchange* exchange) {
  if (exchange->state != ExchangeState::kStreaming) return;
  PushControl(exchange, queue::RequestKind::kCredit, 0, static_cast<uint32_t>(exchange->credit_owed));
  exchange->credit_owed = 0;
}

}  // namespace fastserve::server
