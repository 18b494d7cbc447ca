// Requests to workers: records, ends. Their content and later words: dispatcher_content.cc. Lanes and lines: dispatcher_pools.cc. Answers: dispatcher_answers.cc.
#include "native/server/dispatch/dispatcher.h"

#include <algorithm>
#include <cstring>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// What a message of node:http takes before somebody reads it: its high-water mark. A FIN behind no more than that is heard of.
constexpr uint32_t kNodeReadAheadBytes = 16384;

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
  if (exchange->body_streamed && io_.options().as_node_http) {
    exchange->body_credit = kNodeReadAheadBytes;
    exchange->connection->ContinueBody();
  }
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
