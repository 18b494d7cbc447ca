// What a dead worker left: unstarted requests go back to the waiting line, started ones are answered here, or given
// to another worker once where that is asked for.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "native/server/connection/connection.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// The worker of this lane is dead and all that it published has been taken. Requests that it had not started go back to
// the front of the waiting line in their order; started ones are answered here (Q6). Then the rings start afresh.
void Dispatcher::Recover(Lane& lane) {
  uint32_t started_low;
  std::memcpy(&started_low, lane.channel->shared + queue::kStartedEndOffset, sizeof started_low);
  const uint64_t started_end = lane.channel->requests.Widen(started_low);
  Suspect(lane, started_end);
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
    Pool& pool = *pools_[newest->pool];
    newest->since_ms = io_.now_ms();
    deadlines_.Arm(newest, QueueLimitOf(pool), newest->since_ms);
    pool.line.PushAgain(newest, newest->since_ms);
    ShowLine(pool);
    ++waiting_count_;
    io_.counters().queued.Add();
    io_.counters().redispatched.Add();
  }
}

std::span<const uint8_t> Dispatcher::RecordOf(Lane& lane, const Exchange* exchange) {
  if (!lane.channel->requests.Keeps(exchange->record_start)) return {};
  const uint64_t size = exchange->record_end - exchange->record_start;
  return {lane.channel->requests.at(exchange->record_start), static_cast<size_t>(size)};
}

// What had started and has no answer, not even the beginning of one. A worker that was to leave was not killed by anybody.
void Dispatcher::Suspect(Lane& lane, uint64_t started_end) {
  const int64_t lasting_ms = io_.options().timeouts.quarantine_ms;
  if (lasting_ms <= 0 || lane.slot->draining.load(std::memory_order_relaxed)) return;
  std::vector<Exchange*> suspects;
  for (Exchange* exchange = lane.in_flight.front(); exchange != nullptr; exchange = exchange->list_next) {
    if (started_end >= exchange->record_end) suspects.push_back(exchange);
  }
  // Answered here while it ran: past its limit, or its client has gone.
  for (Exchange* exchange = lane.lingering.front(); exchange != nullptr; exchange = exchange->list_next) {
    if (exchange->connection == nullptr && started_end >= exchange->record_end) suspects.push_back(exchange);
  }
  std::vector<uint64_t> fingerprints;  // 0: of one that cannot be told any more
  for (Exchange* exchange : suspects) {
    const std::span<const uint8_t> bytes = RecordOf(lane, exchange);
    if (exchange->fingerprint == 0 && !bytes.empty()) exchange->fingerprint = quarantine_.FingerprintOf(bytes);
    fingerprints.push_back(exchange->fingerprint);
  }
  // Equal requests are one suspect: what many ask for at once is not refused for one death.
  std::ranges::sort(fingerprints);
  fingerprints.erase(std::ranges::unique(fingerprints).begin(), fingerprints.end());
  const uint32_t strikes = fingerprints.size() == 1 ? Quarantine::kStrikesAlone : Quarantine::kStrikesInCompany;
  for (const uint64_t fingerprint : fingerprints) {
    if (fingerprint != 0) quarantine_.Strike(fingerprint, strikes, io_.now_ms(), lasting_ms);
  }
}

// Safe methods (RFC 9110 9.2.1), once, where the route or the server asks for it.
bool Dispatcher::MayReplay(const Exchange* exchange, std::span<const uint8_t> bytes) const {
  if (exchange->replayed || exchange->body_streamed || bytes.empty()) return false;
  const auto& policy = exchange->policy;
  const bool own = policy != nullptr && policy->replay != route::Replay::kInherit;
  if ((own ? policy->replay : io_.options().replay) != route::Replay::kSafe) return false;
  const auto method = static_cast<http::Method>(reinterpret_cast<const queue::RequestRecord*>(bytes.data())->method);
  return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

void Dispatcher::RecoverExchange(Lane& lane, Exchange* exchange, uint64_t started_end, ExchangeList* again) {
  const std::span<const uint8_t> bytes = RecordOf(lane, exchange);
  const bool started = started_end >= exchange->record_end;
  const bool replays = started && MayReplay(exchange, bytes);
  // A record whose memory may have been written again cannot be repeated, started or not.
  if (bytes.empty() || (started && !replays)) {
    exchange->state = ExchangeState::kReceiving;
    exchange->connection->SendStatus(exchange, 502);
    return;
  }
  exchange->pending.assign(bytes.begin(), bytes.end());
  if (!queue::RestoreRecord(exchange->token(), exchange->body_streamed, exchange->pending)) {  // the worker has written where it may only read
    std::vector<uint8_t>().swap(exchange->pending);
    exchange->state = ExchangeState::kReceiving;
    exchange->connection->SendStatus(exchange, 502);
    return;
  }
  exchange->replayed |= replays;
  if (replays) io_.counters().replayed.Add();
  // relaxed: the slot has no other owner before Recovered.
  exchange->pending_generation = lane.slot->generation.load(std::memory_order_relaxed);
  exchange->state = ExchangeState::kWaiting;
  again->PushFront(exchange);
}

}  // namespace fastserve::server
