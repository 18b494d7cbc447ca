// Exchanges of an I/O thread: what the access log is told of them, and how they end.
#include <algorithm>
#include <string>

#include "native/base/clock.h"
#include "native/server/io_thread.h"
#include "native/server/proxied_exchange.h"
#include "native/server/request_facts.h"

namespace fastserve::server {

void IoThread::NoteRequest(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                           const Origin& origin) {
  counters_.requests.Add();
  if (observer_.on()) observer_.Arrived(exchange, head, head_bytes, now_ns());
  if (!log_on_ || !exchange->connection->has_client()) return;
  exchange->log = std::make_unique<LogFacts>();
  LogFacts& facts = *exchange->log;
  facts.arrived_ns = base::MonotonicNs();
  facts.peer = origin.peer;
  facts.method.assign(head_bytes.substr(0, head.method_length));
  const AccessPolicy& policy = options_.log_policy;
  policy.AppendReference(head_bytes.substr(head.target_offset, std::min<size_t>(head.target_length, 2048)), &facts.target);
  const auto value_of = [&](http::FieldId id) -> std::string_view {
    const http::Field* field = head.Find(id);
    return field == nullptr ? std::string_view{}
                            : head_bytes.substr(field->value_offset, std::min<size_t>(field->value_length, 512));
  };
  facts.user_agent.assign(value_of(http::FieldId::kUserAgent));
  policy.AppendReference(value_of(http::FieldId::kReferer), &facts.referer);
  if (options_.log_format != AccessLog::Format::kOwn) return;
  facts.captured = options_.log_own.Capture(FactsOf(*exchange->connection, head, head_bytes, {}, origin), policy);
}

void IoThread::NoteBrokenRequest(Exchange* exchange) {
  counters_.requests.Add();
  if (!log_on_) return;
  exchange->log = std::make_unique<LogFacts>();
  exchange->log->arrived_ns = base::MonotonicNs();
  exchange->log->peer = exchange->connection->peer();
  exchange->log->method.assign(1, '-');
  exchange->log->target.assign(1, '-');
}

void IoThread::NoteDispatch(Exchange* exchange, int worker) {
  if (exchange->log) {
    exchange->log->dispatched_ns = base::MonotonicNs();
    exchange->log->worker = worker;
  }
  if (exchange->arrived_ns != 0) observer_.Dispatched(exchange, worker, now_ns());
}

void IoThread::Abandon(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.Abandon(exchange);
  proxy_.Retire(exchange);
  exchanges_.Destroy(exchange);
}

Exchange* IoThread::TakeBack(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.DetachFromWorker(exchange);
  proxy_.Retire(exchange);
  return exchange;
}

void IoThread::GiveCredit(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.GiveCredit(exchange);
  const uint64_t taken = exchange->credit_owed;
  exchange->credit_owed = 0;
  exchange->proxied->relay().OnTaken(taken);
}

void IoThread::Finish(Exchange* exchange) {
  proxy_.Retire(exchange);
  if (exchange->log) WriteLog(*exchange);
  if (observer_.on()) observer_.Finished(exchange, snapshot_->generation);
  exchanges_.Destroy(exchange);
}

void IoThread::WriteLog(const Exchange& exchange) {
  const LogFacts& facts = *exchange.log;
  const int64_t duration_us = (base::MonotonicNs() - facts.arrived_ns) / 1000;
  const AccessPolicy& policy = options_.log_policy;
  if (!policy.Wants(exchange.status, duration_us, &log_sampled_)) return;
  const base::IpAddress peer = Shown(facts.peer, policy.client);
  AccessRecord record;
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  record.wall_ms = static_cast<int64_t>(wall.tv_sec) * 1000 + wall.tv_nsec / 1000000;
  record.peer_family = peer.family;
  record.peer_address = peer.bytes;
  record.peer_hidden = peer.family != facts.peer.family && peer.family == 0;
  record.peer_port = policy.client == base::ClientShown::kFull ? facts.peer.port : 0;
  record.user = facts.user;
  record.method = facts.method;
  record.target = facts.target;
  record.version = exchange.minor_version == 0 ? "1.0" : "1.1";
  record.user_agent = facts.user_agent;
  record.referer = facts.referer;
  record.status = exchange.status;
  record.bytes_sent = exchange.sent_bytes;
  record.duration_us = duration_us;
  record.queue_us = facts.dispatched_ns == 0 ? -1 : (facts.dispatched_ns - facts.arrived_ns) / 1000;
  record.worker = facts.worker;
  record.lane = AnsweredByName(exchange.answered_by);
  record.upstream_status = facts.upstream_status;
  record.upstream_us = facts.upstream_ns < 0 ? -1 : facts.upstream_ns / 1000;
  record.request_id = exchange.request_id;
  log_.Append(log_buffer_, record, facts.captured);
}

}  // namespace fastserve::server
