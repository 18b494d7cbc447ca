// Answers from workers, and the queue's side of a turn.
#include <algorithm>
#include <cstring>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/http/request/request_line.h"
#include "native/server/connection/connection.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// An exchange's content that waits for room is woken when a whole piece fits, framing included.
constexpr uint32_t kRetryBytes = queue::kBodyChunkBytes + 64;

void GiveSpill(void* context) {
  auto* block = static_cast<queue::SpillBlock*>(context);
  block->owner->Give(block);
}

void ReleaseStatic(void* context) { static_cast<queue::StaticBody*>(context)->Release(); }

// Method and target out of a record that this thread wrote. Workers can write to the memory: nothing read from it is trusted.
void ReadRecord(queue::RingProducer& ring, uint64_t position, RunningRequest* request) {
  const uint8_t* bytes = ring.at(position);
  queue::RequestRecord record;
  std::memcpy(&record, bytes, sizeof record);
  const uint32_t room = std::min(record.length, ring.bytes_from(position));
  const uint64_t target = uint64_t{record.head_offset} + record.target_offset;
  if (uint64_t{record.head_offset} + record.method_length > room || target + record.target_length > room) return;
  const char* text = reinterpret_cast<const char*>(bytes);
  request->method.assign(text + record.head_offset, std::min<size_t>(record.method_length, http::kMaxMethodLength));
  request->target.assign(text + target, std::min<size_t>(record.target_length, kShownTargetBytes));
}

}  // namespace

net::Release Dispatcher::ReleaseOf(const queue::ResponseRecord& record) {
  switch (record.holder) {
    case queue::BodyHolder::kSpill: return {&GiveSpill, record.pointer};
    case queue::BodyHolder::kStatic: return {&ReleaseStatic, record.pointer};
    case queue::BodyHolder::kInline: return {};
  }
  return {};
}

// ---- collecting -----------------------------------------------------------------------------------------------------

bool Dispatcher::Collect() {
  bool any = false;
  for (size_t index = 0; index < lanes_.size(); ++index) {
    const auto& lane = lanes_[index];
    // Before the ring: everything that a dead worker published is then visible.
    const bool died = lane->slot->DiedSince(lane->recovered_epoch);
    queue::RingConsumer& ring = lane->channel->responses;
    const uint32_t tail = ring.LoadTail();
    if (tail != ring.head() && !ring.broken()) {
      any = true;
      while (const queue::ResponseRecord* record = lane->channel->NextAnswer(tail)) {
        TakeResponse(*record, static_cast<int>(index));
      }
      if (ring.broken()) [[unlikely]] GiveUp(*lane);
      ring.Release();
      if (lane->channel->AnswersMayFlow()) lane->slot->doorbell.Ring();
    }
    if (died) {
      any = true;
      Recover(*lane);
    }
  }
  return any;
}

// What this lane's worker publishes is not what it wrote, or it writes what makes no sense: nothing of it is read any more, it gets
// nothing more, and is ended (WorkerWatch). Its requests are answered as behind any death; bodies that were on their way are lost.
void Dispatcher::GiveUp(Lane& lane) {
  lane.slot->draining.store(true, std::memory_order_relaxed);
  lane.slot->broken.store(true, std::memory_order_relaxed);
}

namespace {

void NoteAnswer(observe::Trace* trace, queue::ResponseKind kind, std::string_view body) {
  if (kind == queue::ResponseKind::kPhases) {
    trace->phases.assign(body.substr(0, observe::kMaxPhasesBytes));
  } else if (trace->answered_ns == 0 && (kind == queue::ResponseKind::kFull || kind == queue::ResponseKind::kStreamStart)) {
    trace->answered_ns = base::MonotonicNs();
  }
}

std::string_view BodyOf(const queue::ResponseRecord& record) {
  switch (record.holder) {
    case queue::BodyHolder::kInline: break;
    case queue::BodyHolder::kSpill: return {static_cast<queue::SpillBlock*>(record.pointer)->data(), record.body_length};
    case queue::BodyHolder::kStatic: return {static_cast<queue::StaticBody*>(record.pointer)->data(), record.body_length};
  }
  return {reinterpret_cast<const char*>(&record + 1) + record.head_length, record.body_length};
}

// A worker says nothing about the exchange after it.
bool IsLastWord(queue::ResponseKind kind) {
  return kind == queue::ResponseKind::kFull || kind == queue::ResponseKind::kStreamEnd || kind == queue::ResponseKind::kDrop;
}

}  // namespace

void Dispatcher::TakeResponse(const queue::ResponseRecord& record, int from) {
  const std::string_view head(reinterpret_cast<const char*>(&record + 1), record.head_length);
  const std::string_view body = BodyOf(record);
  const net::Release release = ReleaseOf(record);

  Exchange* exchange = io_.exchanges().Find(record.token);
  // A worker speaks for the requests that it was given: a token of another one's is a mistake, or memory that was overwritten.
  const bool known = exchange != nullptr && exchange->channel == from;
  const bool wanted = known && exchange->connection != nullptr;
  if (!wanted) queue::ReleaseBody(record);
  if (!known) return;

  if (exchange->trace) NoteAnswer(exchange->trace.get(), record.kind, body);
  Connection* connection = exchange->connection;
  if (IsLastWord(record.kind)) {
    auto& answered = LaneOf(exchange).answered_total;
    answered.store(answered.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  switch (record.kind) {
    case queue::ResponseKind::kFull:
      Absolve(exchange);
      Leave(exchange);
      if (!wanted) return io_.exchanges().Destroy(exchange);
      return TakeFull(exchange, record, head, body);
    case queue::ResponseKind::kStreamStart:
      Absolve(exchange);
      if (!wanted) return;
      if (const std::string_view file = io_.router().FileNamedBy(head); !file.empty()) {
        return SendNamedFile(exchange, file, head);
      }
      Linger(exchange);
      return connection->StartStream(exchange, record.status, head, record.declared_length);
    case queue::ResponseKind::kStreamChunk:
      if (wanted) connection->StreamChunk(exchange, body, release);
      return;
    case queue::ResponseKind::kStreamEnd:
      Leave(exchange);
      if (!wanted) return io_.exchanges().Destroy(exchange);
      return connection->EndStream(exchange, record.body_length == 1);
    case queue::ResponseKind::kDrop:
      Leave(exchange);
      if (!wanted) return io_.exchanges().Destroy(exchange);
      return connection->Abort();
    case queue::ResponseKind::kHints:
      if (wanted) connection->SendHints(exchange, head);
      return;
    case queue::ResponseKind::kLimitRate:
      if (wanted) BandwidthOf(exchange).Apply({static_cast<int64_t>(record.body_length), record.declared_length});
      return;
    case queue::ResponseKind::kClosing:
      exchange->keep_alive = false;
      return;
    case queue::ResponseKind::kPhases:
      return;  // NoteAnswer has it
    case queue::ResponseKind::kBodyCredit:
      if (!wanted) return;
      exchange->body_credit += static_cast<uint32_t>(record.body_length);
      connection->SendContinue(exchange);
      return connection->ContinueBody();
  }
}

void Dispatcher::TakeFull(Exchange* exchange, const queue::ResponseRecord& record, std::string_view head,
                          std::string_view body) {
  if (const std::string_view file = io_.router().FileNamedBy(head); !file.empty()) {
    queue::ReleaseBody(record);
    return SendNamedFile(exchange, file, head);
  }
  Answer answer;
  answer.status = record.status;
  answer.fields = head;
  answer.body = record.holder == queue::BodyHolder::kInline ? Answer::Body::kCopied : Answer::Body::kBorrowed;
  answer.bytes = body;
  answer.release = ReleaseOf(record);
  if (exchange->head_request && body.empty()) {
    // What a GET would have announced is known only when the application said it (RFC 9110 8.6).
    answer.body = Answer::Body::kNone;
    answer.announce_length = record.declared_length >= 0;
    answer.length = static_cast<uint64_t>(std::max<int64_t>(record.declared_length, 0));
  }
  exchange->connection->Send(exchange, answer);
}

// The application has named a file to be sent instead of its own content: the exchange is answered with it here. A worker
// that goes on streaming talks to nobody.
void Dispatcher::SendNamedFile(Exchange* exchange, std::string_view target, std::string_view fields) {
  const std::string request_head = std::move(exchange->request_head);
  Exchange* answered = DetachFromWorker(exchange);
  if (answered == nullptr) return;
  io_.router().SendNamedFile(*answered->connection, answered, target, fields, request_head);
}

// The worker has said its last word about this exchange.
void Dispatcher::Leave(Exchange* exchange) {
  Lane& lane = LaneOf(exchange);
  (exchange->state == ExchangeState::kInWorker ? lane.in_flight : lane.lingering).Remove(exchange);
  deadlines_.Disarm(exchange);
  exchange->channel = -1;
  exchange->state = ExchangeState::kReceiving;  // no worker has it: whatever ends it now, ends it here
  exchange->blocked_on_ring = false;
  lane.in_flight_gauge.store(LoadOf(lane), std::memory_order_relaxed);
  io_.counters().in_flight.Subtract();
}

// ---- the turn -------------------------------------------------------------------------------------------------------

void Dispatcher::RetryBlocked() {
  size_t kept = 0;
  for (const uint32_t token : blocked_) {
    Exchange* exchange = io_.exchanges().Find(token);
    if (exchange == nullptr || exchange->connection == nullptr || exchange->channel < 0) continue;
    if (LaneOf(exchange).channel->requests.Reserve(kRetryBytes) == nullptr) {
      blocked_[kept++] = token;
    } else {
      exchange->blocked_on_ring = false;
      exchange->connection->ContinueBody();
    }
  }
  blocked_.resize(kept);
}

void Dispatcher::WatchWorkers(int64_t now_ms) {
  for (auto& lane : lanes_) {
    const queue::Channel& channel = *lane->channel;
    queue::Precedence& precedence = lane->slot->precedence;
    const bool burns = lane->stand_still.Observe(
        channel.worker_parking.SeemsParked(), channel.request_positions.head.load(std::memory_order_relaxed),
        channel.response_positions.tail.load(std::memory_order_relaxed), now_ms, precedence);
    if (burns) precedence.Yield(now_ms);
  }
}

int64_t Dispatcher::NextLookMs() const {
  const bool works = std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) {
    const queue::Precedence& precedence = lane->slot->precedence;
    const bool has_work = lane->in_flight.size() > 0 || precedence.in_idle_class();
    return has_work && precedence.may_move() && !lane->channel->worker_parking.SeemsParked();
  });
  return works ? queue::StandStill::kLookMs : -1;
}

void Dispatcher::PublishAndWake() {
  for (auto& lane : lanes_) {
    if (!lane->channel->requests.dirty()) continue;
    lane->channel->requests.Publish();
    if (lane->channel->worker_parking.ShouldRing()) {
      lane->slot->doorbell.Ring();
      io_.counters().worker_wakes.Add();
    }
  }
}

bool Dispatcher::HasWork() {
  if (!gate_lines_.empty() && GateHasRoom()) return true;
  for (auto& lane : lanes_) {
    const queue::RingConsumer& answers = lane->channel->responses;
    if (!answers.Empty(std::memory_order_seq_cst) && !answers.broken()) return true;
    // seq_cst: pairs with WorkerSlot::Abandon (Q5). Unlike DiedSince it may be wrong about whose death it is: one more turn.
    if (lane->slot->state.load(std::memory_order_seq_cst) == queue::SlotState::kDead &&
        lane->recovered_epoch != lane->slot->epoch.load(std::memory_order_relaxed)) {
      return true;
    }
    if (WantsSpace(*lane) && lane->channel->space_wanted.load(std::memory_order_seq_cst) == 0) return true;
  }
  return false;
}

Dispatcher::LaneStats Dispatcher::lane_stats(uint32_t slot) const {
  const Lane& lane = *lanes_[slot];
  return {lane.in_flight_gauge.load(std::memory_order_relaxed), lane.pushed_total.load(std::memory_order_relaxed),
          lane.answered_total.load(std::memory_order_relaxed)};
}

// ---- for operators --------------------------------------------------------------------------------------------------

std::vector<RunningRequest> Dispatcher::ListRunning(int64_t now_ms) const {
  std::vector<RunningRequest> list;
  for (size_t slot = 0; slot < lanes_.size(); ++slot) {
    const Lane& lane = *lanes_[slot];
    size_t listed = 0;
    for (const ExchangeList* exchanges : {&lane.lingering, &lane.in_flight}) {
      for (Exchange* exchange = exchanges->front(); exchange != nullptr && listed < kListedRequests; exchange = exchange->list_next) {
        ++listed;
        RunningRequest request{static_cast<uint32_t>(slot), {}, {}, now_ms - exchange->since_ms,
                               exchange->state == ExchangeState::kStreaming};
        if (lane.channel->requests.Keeps(exchange->record_start)) ReadRecord(lane.channel->requests, exchange->record_start, &request);
        list.push_back(std::move(request));
      }
    }
  }
  return list;
}

}  // namespace fastserve::server
