// Requests to workers: records, streamed content, ends. Lanes and lines: dispatcher_pools.cc. Answers: dispatcher_answers.cc.
#include "native/server/dispatch/dispatcher.h"

#include <algorithm>
#include <cstring>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Size that ReserveChunk asks for beyond the data: the chunk's own head and an end record.
constexpr uint32_t kChunkOverhead = 2 * sizeof(queue::ControlRecord) + queue::kAlignment;

}  // namespace

// ---- requests -------------------------------------------------------------------------------------------------------

bool Dispatcher::Admit(Exchange* exchange, uint16_t route) {
  const auto& policy = io_.snapshot()->table->PolicyOf(route);
  if (policy == nullptr) return true;
  exchange->policy = policy;
  exchange->pool = policy->pool;
  if (policy->concurrency == 0) return true;
  exchange->gate = io_.snapshot()->gates[route];
  if (EnterGate(exchange) || !policy->rejects_beyond) return true;
  io_.counters().concurrency_limited.Add();
  exchange->connection->SendStatus(exchange, 503, "Retry-After: 1\r\n");
  return false;
}

void Dispatcher::Submit(Exchange* exchange, const queue::RequestParts& parts, std::string_view body) {
  if (SubmitWhole(exchange, parts, body)) return;
  const auto body_bytes = static_cast<uint32_t>(body.size());
  EncodePending(exchange, parts, body_bytes, body_bytes);
  AppendBody(exchange, 0, body);
  Wait(exchange);
}

bool Dispatcher::SubmitWhole(Exchange* exchange, const queue::RequestParts& parts, std::string_view body) {
  const Room room = FindRoom(exchange, parts, static_cast<uint32_t>(body.size()));
  if (room.content == nullptr) return false;
  if (!body.empty()) std::memcpy(room.content, body.data(), body.size());
  SubmitInto(room, exchange, parts);
  return true;
}

Dispatcher::Room Dispatcher::FindRoom(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_bytes) {
  // Its content still counts as coming, so that it cannot be refused here: it is streamed.
  if (content_bytes > queue::kInlineBodyBytes && quarantine_.suspects_any()) return {};
  if (!EnterGate(exchange)) return {};
  const uint32_t head_bytes = queue::RecordHeadSize(parts);
  const uint32_t record_bytes = queue::Align(head_bytes + content_bytes);
  Pool& pool = *pools_[exchange->pool];
  if (!pool.line.empty()) return {};
  const Place place = PickLane(pool, record_bytes);
  if (place.lane < 0) return {};
  return {place.record + head_bytes, content_bytes, record_bytes, place.lane};
}

void Dispatcher::SubmitInto(const Room& room, Exchange* exchange, const queue::RequestParts& parts) {
  uint8_t* record = room.content - queue::RecordHeadSize(parts);
  queue::WriteRecord(parts, exchange->token(), room.content_bytes, room.content_bytes, record);
  if (!Refuse(exchange, {record, room.record_bytes})) Enter(room.lane, exchange, room.record_bytes);
}

void Dispatcher::Hold(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_length) {
  EncodePending(exchange, parts, content_length, content_length);
}

void Dispatcher::WaitWithContent(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_bytes) {
  EncodePending(exchange, parts, 0, content_bytes);
  PendingRecord(exchange)->length = queue::Align(queue::RecordHeadSize(parts) + content_bytes);
  exchange->content_in_socket = true;
  Wait(exchange);
}

void Dispatcher::SubmitStreamed(Exchange* exchange, queue::RequestParts& parts, uint64_t declared) {
  parts.flags |= queue::kFlagBodyStream;
  exchange->body_streamed = true;
  EncodePending(exchange, parts, 0, declared);
  SubmitPending(exchange);
}

void Dispatcher::EncodePending(Exchange* exchange, const queue::RequestParts& parts, uint32_t body_bytes,
                               uint64_t body_length) {
  if (const Pool& pool = *pools_[exchange->pool]; pool.settings.fair != nullptr) exchange->share = ShareOf(exchange, pool, parts);
  exchange->pending_generation = io_.snapshot()->generation;
  exchange->pending.resize(queue::Align(queue::RecordHeadSize(parts) + body_bytes));
  queue::WriteRecord(parts, exchange->token(), body_bytes, body_length, exchange->pending.data());
}

void Dispatcher::AppendBody(Exchange* exchange, uint64_t offset, std::string_view data) {
  if (data.empty()) return;
  const queue::RequestRecord* record = PendingRecord(exchange);
  FASTSERVE_CHECK(record->body_offset + offset + data.size() <= exchange->pending.size(), "content fits its record");
  std::memcpy(exchange->pending.data() + record->body_offset + offset, data.data(), data.size());
}

void Dispatcher::SubmitPending(Exchange* exchange) {
  io_.RefreshSnapshot();  // its content may have taken long: the code that serves now shall have it
  if (EnterGate(exchange) && pools_[exchange->pool]->line.empty() && PushPending(exchange)) return;
  Wait(exchange);
}

// The code was replaced since the request was routed: its route id means nothing to the new one, which finds the route itself.
void Dispatcher::Readdress(Exchange* exchange) {
  queue::RequestRecord* record = PendingRecord(exchange);
  record->route = io_.snapshot()->has_urlconf ? queue::kRouteUnresolved : queue::kRouteUnmatched;
  exchange->policy = nullptr;
  record->param_count = 0;  // their places stay; offsets say where everything else is
  exchange->pending_generation = io_.snapshot()->generation;
}

// Where nobody is suspected, which is nearly always, it costs one load.
bool Dispatcher::Refuse(Exchange* exchange, std::span<const uint8_t> bytes) {
  if (!quarantine_.suspects_any()) return false;
  exchange->fingerprint = quarantine_.FingerprintOf(bytes);
  if (!quarantine_.Refuses(exchange->fingerprint, io_.now_ms())) return false;
  io_.counters().quarantined.Add();
  deadlines_.Disarm(exchange);
  exchange->state = ExchangeState::kReceiving;
  exchange->connection->SendStatus(exchange, 500);
  return true;
}

void Dispatcher::Absolve(const Exchange* exchange) {
  if (exchange->fingerprint != 0 && exchange->state == ExchangeState::kInWorker) quarantine_.Absolve(exchange->fingerprint);
}

// True when it is in a ring, or answered.
bool Dispatcher::PushPending(Exchange* exchange) {
  const Place place = PickLane(*pools_[exchange->pool], PendingRecord(exchange)->length);
  if (place.lane < 0) return false;
  PushTo(place, exchange);
  return true;
}

void Dispatcher::PushTo(const Place& place, Exchange* exchange) {
  if (!exchange->content_in_socket && Refuse(exchange, exchange->pending)) return;
  if (exchange->pending_generation != io_.snapshot()->generation) Readdress(exchange);
  const uint32_t bytes = PendingRecord(exchange)->length;
  std::memcpy(place.record, exchange->pending.data(), exchange->pending.size());
  std::vector<uint8_t>().swap(exchange->pending);
  if (exchange->content_in_socket && !CompleteFromSocket(exchange, {place.record, bytes})) return;
  Enter(place.lane, exchange, bytes);
}

// The content of a request that is in `record` but for it. False: the client has gone, and the exchange with it, or it is answered.
bool Dispatcher::CompleteFromSocket(Exchange* exchange, std::span<uint8_t> record) {
  const auto* head = reinterpret_cast<const queue::RequestRecord*>(record.data());
  exchange->content_in_socket = false;
  exchange->state = ExchangeState::kReceiving;  // in no line any more
  deadlines_.Disarm(exchange);
  if (!exchange->connection->ReceiveHeldContent(record.subspan(head->body_offset, head->body_length))) return false;
  return !Refuse(exchange, record);
}

void Dispatcher::Enter(int index, Exchange* exchange, uint32_t record_bytes) {
  Lane& lane = *lanes_[static_cast<size_t>(index)];
  exchange->record_start = lane.channel->requests.position();
  lane.channel->requests.Commit(record_bytes);
  exchange->record_end = lane.channel->requests.position();
  exchange->channel = index;
  exchange->state = ExchangeState::kInWorker;
  exchange->since_ms = io_.now_ms();
  exchange->awaits_start = false;
  deadlines_.Disarm(exchange);  // of its wait
  ArmForWorker(exchange);
  lane.in_flight.PushBack(exchange);
  ++lane.pushed_records;
  lane.pushed_total.store(lane.pushed_total.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  lane.in_flight_gauge.store(LoadOf(lane), std::memory_order_relaxed);
  io_.counters().requests_to_workers.Add();
  io_.counters().in_flight.Add();
  io_.NoteDispatch(exchange, index);
}

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

void Dispatcher::GiveCredit(Exchange* exchange) {
  if (exchange->state != ExchangeState::kStreaming) return;
  PushControl(exchange, queue::RequestKind::kCredit, 0, static_cast<uint32_t>(exchange->credit_owed));
  exchange->credit_owed = 0;
}

// ---- ends -----------------------------------------------------------------------------------------------------------

// Out of the deadline order, but still known until the worker's last word.
void Dispatcher::Linger(Exchange* exchange) {
  Lane& lane = LaneOf(exchange);
  deadlines_.Disarm(exchange);
  if (exchange->state == ExchangeState::kInWorker) {
    lane.in_flight.Remove(exchange);
    lane.lingering.PushBack(exchange);
    exchange->state = ExchangeState::kStreaming;
  }
}

void Dispatcher::Abandon(Exchange* exchange) {
  switch (exchange->state) {
    case ExchangeState::kReceiving:
    case ExchangeState::kDone:
      io_.exchanges().Destroy(exchange);
      return;
    case ExchangeState::kWaiting:
      LeaveLine(exchange);
      io_.exchanges().Destroy(exchange);
      return;
    case ExchangeState::kInWorker:
    case ExchangeState::kStreaming:
      Cancel(exchange);
      Linger(exchange);
      return;
  }
}

Exchange* Dispatcher::DetachFromWorker(Exchange* exchange, queue::CancelReason reason) {
  switch (exchange->state) {
    case ExchangeState::kWaiting:
      LeaveLine(exchange);
      exchange->state = ExchangeState::kReceiving;
      return exchange;
    case ExchangeState::kInWorker:
    case ExchangeState::kStreaming: {
      Connection* connection = exchange->connection;
      Exchange* fresh = connection->Replace(exchange);
      if (fresh == nullptr) {
        connection->Abort();
        return nullptr;
      }
      Cancel(exchange, reason);
      Linger(exchange);
      return fresh;
    }
    case ExchangeState::kReceiving:
    case ExchangeState::kDone:
      return exchange;
  }
  return exchange;
}

}  // namespace fastserve::server
