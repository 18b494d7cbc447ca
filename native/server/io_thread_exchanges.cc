// Exchanges of an I/O thread: what the access log is told of them, and how they end.
#include "native/base/clock.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/proxied_exchange.h"

namespace fastserve::server {

void IoThread::NoteRequest(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                           const Origin& origin) {
  counters_.requests.Add();
  if (observer_.on()) observer_.Arrived(exchange, head, head_bytes, now_ns());
  if (request_log_.on() && exchange->connection->has_client()) request_log_.Note(exchange, head, head_bytes, origin);
}

void IoThread::NoteBrokenRequest(Exchange* exchange) {
  counters_.requests.Add();
  if (request_log_.on()) request_log_.NoteBroken(exchange);
}

void IoThread::NoteDispatch(Exchange* exchange, int worker) {
  if (exchange->log) {
    exchange->log->dispatched_ns = now_ns();
    exchange->log->worker = worker;
    exchange->log->pool = exchange->pool;
  }
  if (exchange->arrived_ns != 0) observer_.Dispatched(exchange, worker, now_ns());
}

void IoThread::Abandon(Exchange* exchange) {
  if (exchange->awaits_disk) file_lane_.Drop(exchange);
  if (exchange->proxied == nullptr) return dispatcher_.Abandon(exchange);
  proxy_.Retire(exchange);
  exchanges_.Destroy(exchange);
}

Exchange* IoThread::TakeBack(Exchange* exchange) {
  if (exchange->awaits_disk) file_lane_.Drop(exchange);
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
  if (exchange->log) request_log_.Write(*exchange);
  if (observer_.on()) observer_.Finished(exchange, snapshot_->generation);
  if (exchange->log) request_log_.Recycle(std::move(exchange->log));
  exchanges_.Destroy(exchange);
}

}  // namespace fastserve::server
