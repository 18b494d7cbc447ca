// Time limits of requests that wait for a worker or are in one.
#include <atomic>

#include "native/base/check.h"
#include "native/http/response/retry_after.h"
#include "native/server/connection/connection.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// A request at its limit that its worker has not even started is looked at again this often: the worker is replaced soon, and
// somebody else runs it.
constexpr int64_t kLookAgainMs = 20;

}  // namespace

int64_t Dispatcher::LimitOf(const Exchange* exchange) const {
  const auto& policy = exchange->policy;
  if (policy != nullptr && policy->timeout_ms != route::RoutePolicy::kInherit) return policy->timeout_ms;
  return io_.options().timeouts.request_ms;
}

// 0 where there is none before the end.
int64_t Dispatcher::SoftLimitOf(const Exchange* exchange) const {
  int64_t soft_ms = io_.options().timeouts.request_soft_ms;
  const auto& policy = exchange->policy;
  if (policy != nullptr && policy->soft_timeout_ms != route::RoutePolicy::kInherit) soft_ms = policy->soft_timeout_ms;
  const int64_t limit_ms = LimitOf(exchange);
  return limit_ms > 0 && soft_ms >= limit_ms ? 0 : soft_ms;
}

void Dispatcher::ArmForWorker(Exchange* exchange) {
  const int64_t soft_ms = SoftLimitOf(exchange);
  exchange->past_soft_limit = soft_ms == 0;
  deadlines_.Arm(exchange, soft_ms > 0 ? soft_ms : LimitOf(exchange), exchange->since_ms);
}

bool Dispatcher::HasStarted(const Exchange* exchange) {
  const queue::Channel& channel = *LaneOf(exchange).channel;
  // relaxed: only a hint; what started is exact once the worker is dead (Q6).
  const uint32_t low = std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(channel.shared + queue::kStartedEndOffset))
                           .load(std::memory_order_relaxed);
  return channel.requests.Widen(low) >= exchange->record_end;
}

void Dispatcher::EnforceDeadlines(int64_t now_ms) {
  while (Exchange* exchange = deadlines_.TakeDue(now_ms)) OnDue(exchange, now_ms);
}

void Dispatcher::OnDue(Exchange* exchange, int64_t now_ms) {
  FASTSERVE_CHECK(exchange->connection != nullptr, "abandoned exchanges have no deadline");
  if (exchange->is_past_deadline(now_ms)) [[unlikely]] return OnClientDeadline(exchange);
  if (exchange->state == ExchangeState::kWaiting) {
    io_.counters().rejected_queue_full.Add();
    pools_[exchange->pool]->rejected.Add();
    return AnswerFor(exchange, 503, queue::CancelReason::kTimeOver);
  }
  if (!HasStarted(exchange)) return OnDueUnstarted(exchange, now_ms);
  if (exchange->awaits_start) {
    exchange->awaits_start = false;
    exchange->since_ms = now_ms;
    return ArmForWorker(exchange);
  }
  if (!exchange->past_soft_limit) {
    exchange->past_soft_limit = true;
    Cancel(exchange, queue::CancelReason::kTimeShort);
    return deadlines_.Arm(exchange, LimitOf(exchange) - SoftLimitOf(exchange), now_ms);
  }
  io_.counters().timed_out.Add();
  Lane& lane = LaneOf(exchange);
  // relaxed: a number for the supervisor, who looks whether the worker still moves. One that sleeps only waits for something.
  if (!lane.channel->worker_parking.SeemsParked()) lane.slot->overdue.fetch_add(1, std::memory_order_relaxed);
  AnswerFor(exchange, 504, queue::CancelReason::kTimeOver);
}

// Its client has stopped to wait, as if it had left: what has not begun never runs. That says nothing about the worker, which has
// the time of the server's own limits.
void Dispatcher::OnClientDeadline(Exchange* exchange) {
  Connection* connection = exchange->connection;
  if (Exchange* answered = DetachFromWorker(exchange, queue::CancelReason::kTimeOver)) connection->AnswerLate(answered);
}

// It was given to a worker that does not come to it. It has not had its time, so it is no 504: it waits, as long as requests
// may wait, for the worker to go on or to be replaced.
void Dispatcher::OnDueUnstarted(Exchange* exchange, int64_t now_ms) {
  const int64_t limit_ms = LimitOf(exchange);
  const int64_t queue_ms = QueueLimitOf(*pools_[exchange->pool]);
  const int64_t in_ring_ms = now_ms - exchange->since_ms;
  if (queue_ms > 0 && in_ring_ms >= queue_ms && in_ring_ms >= limit_ms) {
    io_.counters().rejected_queue_full.Add();
    return AnswerFor(exchange, 503, queue::CancelReason::kTimeOver);
  }
  exchange->awaits_start = true;
  deadlines_.Arm(exchange, kLookAgainMs, now_ms);
}

void Dispatcher::AnswerFor(Exchange* exchange, uint16_t status, queue::CancelReason reason) {
  Connection* connection = exchange->connection;
  Exchange* answered = DetachFromWorker(exchange, reason);
  if (answered != nullptr) connection->SendStatus(answered, status, status == 503 ? http::kRetryAfterLine : std::string_view());
}

int64_t Dispatcher::NextDeadlineMs(int64_t now_ms) const { return deadlines_.NextMs(now_ms); }

}  // namespace fastserve::server
