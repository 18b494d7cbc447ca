// What a dead worker left: unstarted requests go back to the waiting line, started ones are answered here.
#include <cstring>

#include "native/server/connection.h"
#include "native/server/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// The worker of this lane is dead and all that it published has been taken. Requests that it had not started go back to
// the front of the waiting line in their order; started ones are answered here (Q6). Then the rings start afresh.
void Dispatcher::Recover(Lane& lane) {
  uint32_t started_low;
  std::memcpy(&started_low, lane.channel->shared + queue::kStartedEndOffset, sizeof started_low);
  const uint64_t started_end = lane.channel->requests.Widen(started_low);
  ExchangeList again;
  while (Exchange* exchange = lane.in_flight.front()) {
    Leave(exchange);
    RecoverExchange(lane, exchange, started_end, &again);
  }
  // Before the broken streams end: with its connection a stream may take requests along that wait again.
  WaitAgain(&again);
  while (Exchange* exchange = lane.lingering.front()) {
    Leave(exchange);
    if (exchange->connection == nullptr) {
      io_.exchanges().Destroy(exchange);
    } else {
      exchange->connection->EndStream(exchange, false);
    }
  }
  lane.controls.clear();
  lane.channel->requests.Reset();
  lane.channel->responses.SetHead(0);
  lane.channel->response_positions.tail.store(0, std::memory_order_relaxed);
  lane.channel->response_positions.head.store(0, std::memory_order_relaxed);
  lane.channel->drained_records.store(0, std::memory_order_relaxed);
  std::memset(lane.channel->shared + queue::kStartedEndOffset, 0, sizeof(uint32_t));
  lane.pushed_records = 0;
  lane.recovered_epoch = lane.slot->epoch.load(std::memory_order_relaxed);
  lane.slot->Recovered();  // release: the next owner sees empty rings
}

// Newest first to the front of the line keeps their order: they came before everything that waits.
void Dispatcher::WaitAgain(ExchangeList* again) {
  while (!again->empty()) {
    Exchange* newest = again->front();
    again->Remove(newest);
    deadlines_.Arm(newest, io_.options().timeouts.queue_ms, io_.now_ms());
    waiting_.PushFront(newest);
    io_.counters().queued.Add();
    io_.counters().redispatched.Add();
  }
}

void Dispatcher::RecoverExchange(Lane& lane, Exchange* exchange, uint64_t started_end, ExchangeList* again) {
  // A record whose memory may have been written again cannot be repeated, started or not.
  if (started_end >= exchange->record_end || !lane.channel->requests.Keeps(exchange->record_start)) {
    exchange->state = ExchangeState::kReceiving;
    exchange->connection->SendStatus(exchange, 502);
    return;
  }
  const uint8_t* record = lane.channel->requests.at(exchange->record_start);
  exchange->pending.assign(record, record + (exchange->record_end - exchange->record_start));
  // relaxed: the slot has no other owner before Recovered.
  exchange->pending_generation = lane.slot->generation.load(std::memory_order_relaxed);
  exchange->state = ExchangeState::kWaiting;
  again->PushFront(exchange);
}

}  // namespace fastserve::server
