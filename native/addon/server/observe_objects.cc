#include "native/addon/server/observe_objects.h"

#include <algorithm>

namespace fastserve::addon {

namespace {

Napi::Number Count(Napi::Env env, uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

Napi::Array Counts(Napi::Env env, const uint64_t* values, size_t count) {
  Napi::Array array = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; ++i) array.Set(i, Count(env, values[i]));
  return array;
}

// Bytes of a peer as one character each: they may be no UTF-8.
Napi::String Latin1(Napi::Env env, std::string_view bytes) {
  napi_value text;
  napi_create_string_latin1(env, bytes.data(), bytes.size(), &text);
  return Napi::String(env, text);
}

// Microseconds between two moments, null when one of them never came.
Napi::Value Span(Napi::Env env, int64_t from_ns, int64_t to_ns) {
  if (from_ns == 0 || to_ns == 0) return env.Null();
  return Napi::Number::New(env, static_cast<double>(std::max<int64_t>(to_ns - from_ns, 0)) / 1000);
}

Napi::Object TraceObject(Napi::Env env, const observe::Trace& trace) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("serial", Count(env, trace.serial));
  object.Set("time", Napi::Number::New(env, static_cast<double>(trace.wall_ms)));
  object.Set("arrived", Napi::Number::New(env, static_cast<double>(trace.arrived_ns) / 1000));
  object.Set("parsed", Span(env, trace.arrived_ns, trace.parsed_ns));
  object.Set("dispatched", Span(env, trace.arrived_ns, trace.dispatched_ns));
  object.Set("answered", Span(env, trace.arrived_ns, trace.answered_ns));
  object.Set("finished", Span(env, trace.arrived_ns, trace.finished_ns));
  object.Set("written", Span(env, trace.arrived_ns, trace.written_ns));
  object.Set("method", Latin1(env, trace.method));
  object.Set("target", Latin1(env, trace.target));
  object.Set("route", trace.route);
  object.Set("traceParent", trace.trace_parent);
  object.Set("requestId", trace.request_id);
  object.Set("phases", Latin1(env, trace.phases));
  object.Set("answeredBy", std::string(trace.answered_by));
  object.Set("bytes", Count(env, trace.sent_bytes));
  object.Set("worker", Napi::Number::New(env, trace.worker));
  object.Set("generation", Napi::Number::New(env, trace.generation));
  object.Set("status", Napi::Number::New(env, trace.status));
  object.Set("sampled", Napi::Boolean::New(env, trace.sampled));
  return object;
}

}  // namespace

Napi::Object MetricsObject(Napi::Env env, const server::MetricsTotals& totals) {
  Napi::Object metrics = Napi::Object::New(env);
  uint64_t bounds[observe::kLatencyBuckets];
  for (size_t i = 0; i < observe::kLatencyBuckets; ++i) bounds[i] = observe::LatencyBound(i);
  metrics.Set("bounds", Counts(env, bounds, observe::kLatencyBuckets));
  Napi::Array series = Napi::Array::New(env, totals.series.size());
  for (uint32_t i = 0; i < totals.series.size(); ++i) {
    const observe::SeriesTotal& total = totals.series[i];
    Napi::Object one = Napi::Object::New(env);
    one.Set("name", total.name);
    one.Set("isRoute", Napi::Boolean::New(env, total.series >= observe::kFirstRouteSeries));
    one.Set("byClass", Counts(env, total.by_class, std::size(total.by_class)));
    one.Set("buckets", Counts(env, total.buckets, observe::kLatencyBuckets));
    one.Set("sum", Count(env, total.sum_ns));
    series.Set(i, one);
  }
  metrics.Set("series", series);
  Napi::Object wait = Napi::Object::New(env);
  wait.Set("buckets", Counts(env, totals.queue_wait.buckets, observe::kLatencyBuckets));
  wait.Set("sum", Count(env, totals.queue_wait.sum_ns));
  metrics.Set("queueWait", wait);
  return metrics;
}

Napi::Array TracesArray(Napi::Env env, const std::vector<observe::Trace>& traces) {
  Napi::Array array = Napi::Array::New(env, traces.size());
  for (uint32_t i = 0; i < traces.size(); ++i) array.Set(i, TraceObject(env, traces[i]));
  return array;
}

}  // namespace fastserve::addon
