#include "native/server/telemetry/observer.h"

#include <time.h>

#include <algorithm>

#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/http/fields/field_list.h"
#include "native/observe/trace_context.h"

namespace fastserve::server {

namespace {

std::string_view ValueOf(const http::RequestHead& head, std::string_view head_bytes, std::string_view name) {
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    if (base::EqualsIgnoreCase(http::NameOf(field, head_bytes), name)) return http::ValueOf(field, head_bytes);
  }
  return {};
}

int64_t WallMs() {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  return static_cast<int64_t>(wall.tv_sec) * 1000 + wall.tv_nsec / 1000000;
}

}  // namespace

Observer::Observer(const ObserveOptions& options, Observations& shared)
    : options_(options),
      on_(options.on()),
      shared_(shared),
      sampler_(options.trace_share, options.trace_per_second),
      metrics_(options.metrics ? std::make_unique<observe::ThreadMetrics>() : nullptr) {}

void Observer::Arrived(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes, int64_t turn_ns) {
  exchange->arrived_ns = turn_ns;
  if (!sampler_.Take(turn_ns)) return;
  exchange->trace = std::make_unique<observe::Trace>();
  observe::Trace& trace = *exchange->trace;
  trace.sampled = true;
  trace.arrived_ns = turn_ns;
  trace.parsed_ns = base::MonotonicNs();
  trace.method.assign(head_bytes.substr(0, head.method_length));
  trace.target.assign(head_bytes.substr(head.target_offset, std::min<size_t>(head.target_length, observe::kMaxTracedTargetBytes)));
  const std::string_view parent = ValueOf(head, head_bytes, "traceparent");
  if (observe::IsTraceParent(parent)) trace.trace_parent.assign(parent);
}

void Observer::Dispatched(Exchange* exchange, int worker, int64_t now_ns) {
  if (metrics_ != nullptr) metrics_->CountQueueWait(now_ns - exchange->arrived_ns);
  if (exchange->trace == nullptr) return;
  exchange->trace->dispatched_ns = base::MonotonicNs();
  exchange->trace->worker = worker;
}

void Observer::Finished(Exchange* exchange, uint32_t generation) {
  if (exchange->arrived_ns == 0) return;  // broken: it never had a head
  std::unique_ptr<observe::Trace> trace = std::move(exchange->trace);
  if (trace == nullptr && options_.slow_ns > 0) trace = TraceOfSlow(*exchange);
  if (trace != nullptr) Complete(trace.get(), *exchange, generation);
  const bool is_route = exchange->answered_by == AnsweredBy::kView && exchange->series != 0;
  const uint16_t series = is_route ? exchange->series : static_cast<uint16_t>(exchange->answered_by);
  finished_.push_back({exchange->arrived_ns, series, exchange->status, std::move(trace)});
}

// Nothing for a quick one. What was not noted at its arrival is known only as far as the log has it.
std::unique_ptr<observe::Trace> Observer::TraceOfSlow(const Exchange& exchange) const {
  if (base::MonotonicNs() - exchange.arrived_ns < options_.slow_ns) return nullptr;
  auto trace = std::make_unique<observe::Trace>();
  trace->arrived_ns = trace->parsed_ns = exchange.arrived_ns;
  if (exchange.log) {
    trace->method = exchange.log->method;
    trace->target = exchange.log->target.substr(0, observe::kMaxTracedTargetBytes);
    trace->dispatched_ns = exchange.log->dispatched_ns;
    trace->worker = exchange.log->worker;
  }
  return trace;
}

void Observer::Complete(observe::Trace* trace, const Exchange& exchange, uint32_t generation) const {
  trace->finished_ns = base::MonotonicNs();
  trace->wall_ms = WallMs();
  trace->status = exchange.status;
  trace->sent_bytes = exchange.sent_bytes;
  trace->answered_by = AnsweredByName(exchange.answered_by);
  trace->request_id = exchange.request_id;
  trace->route = shared_.names.NameOf(exchange.series);
  trace->generation = generation;
}

void Observer::Count() {
  const int64_t now_ns = base::MonotonicNs();
  for (FinishedRequest& request : finished_) {
    if (metrics_ != nullptr) metrics_->Count(request.series, request.status, now_ns - request.arrived_ns);
    if (request.trace == nullptr) continue;
    request.trace->written_ns = now_ns;
    const bool slow = options_.slow_ns > 0 && now_ns - request.arrived_ns >= options_.slow_ns;
    shared_.traces.Add(std::move(request.trace), slow);
  }
  finished_.clear();
}

}  // namespace fastserve::server
