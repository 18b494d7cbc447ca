#include "native/server/telemetry/request_log.h"

#include <time.h>

#include <algorithm>

#include "native/base/clock.h"
#include "native/base/numbers.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"

namespace fastserve::server {
namespace {

constexpr size_t kMaxNotedTargetBytes = 2048;
constexpr size_t kMaxNotedFieldBytes = 512;
constexpr size_t kMaxSentFieldsBytes = 16384;
// How far behind a step of the wall clock the lines may be.
constexpr int64_t kWallEveryNs = 50'000'000;

int64_t Microseconds(int64_t ns) { return ns < 0 ? -1 : ns / 1000; }

// Of a span whose moments are read from one clock at different times of a turn.
int64_t Span(int64_t from_ns, int64_t to_ns) { return std::max<int64_t>(to_ns - from_ns, 0) / 1000; }

}  // namespace

RequestLog::RequestLog(IoThread& io, log::AccessLog& log)
    : io_(io), log_(log), on_(!log.logs().empty()), buffers_(log.writer_count()), sampled_(log.logs().size()) {
  size_t captured = 0;
  for (const log::Options& options : log.logs()) {
    captured_from_.push_back(captured);
    captured += options.own.captured_count();
    needs_request_ |= options.own.captured_count() > 0 || !options.only.empty() || !options.except.empty();
    needs_sent_fields_ |= options.uses_sent_fields();
    needs_phases_ |= options.uses_phases();
  }
}

LogFacts* RequestLog::Begin(Exchange* exchange) {
  if (spare_.empty()) {
    exchange->log = std::make_unique<LogFacts>();
  } else {
    exchange->log = std::move(spare_.back());
    spare_.pop_back();
  }
  return exchange->log.get();
}

void RequestLog::Note(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes, const Origin& origin) {
  LogFacts* facts = Begin(exchange);
  facts->arrived_ns = io_.now_ns();
  facts->peer = origin.peer;
  facts->method.assign(head_bytes.substr(0, head.method_length));
  facts->target.assign(head_bytes.substr(head.target_offset, std::min<size_t>(head.target_length, kMaxNotedTargetBytes)));
  const auto value_of = [&](http::FieldId id) -> std::string_view {
    const http::Field* field = head.Find(id);
    return field == nullptr ? std::string_view{}
                            : head_bytes.substr(field->value_offset, std::min<size_t>(field->value_length, kMaxNotedFieldBytes));
  };
  facts->user_agent.assign(value_of(http::FieldId::kUserAgent));
  facts->referer.assign(value_of(http::FieldId::kReferer));
  if (!needs_request_) return;
  const variables::RequestFacts request = FactsOf(*exchange->connection, head, head_bytes, {}, origin);
  for (const log::Options& options : log_.logs()) options.own.Capture(request, options.policy, &facts->captured);
  FitConditions(facts, &request);
}

void RequestLog::NoteBroken(Exchange* exchange) {
  LogFacts* facts = Begin(exchange);
  facts->arrived_ns = io_.now_ns();
  facts->peer = exchange->connection->peer();
  facts->method.assign(1, '-');
  facts->target.assign(1, '-');
  if (needs_request_) FitConditions(facts, nullptr);
}

void RequestLog::FitConditions(LogFacts* facts, const variables::RequestFacts* request) {
  for (size_t i = 0; i < log_.logs().size(); ++i) {
    const log::Options& options = log_.logs()[i];
    if (!options.only.empty() && options.only.FitsRequest(request, &scratch_)) facts->only_fits |= 1u << i;
    if (!options.except.empty() && options.except.FitsRequest(request, &scratch_)) facts->except_fits |= 1u << i;
  }
}

void RequestLog::NoteAnswer(LogFacts* facts, std::string_view fields, int64_t length) {
  facts->answered_ns = io_.now_ns();
  if (!needs_sent_fields_) return;
  facts->sent_fields.assign(fields.substr(0, kMaxSentFieldsBytes));
  if (length < 0) return;
  facts->sent_fields.append("Content-Length: ");
  base::AppendNumber(length, &facts->sent_fields);
  facts->sent_fields.append("\r\n");
}

int64_t RequestLog::WallMs(int64_t now_ns) {
  if (wall_read_ns_ == 0 || now_ns - wall_read_ns_ >= kWallEveryNs) {
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    wall_offset_ns_ = static_cast<int64_t>(wall.tv_sec) * 1'000'000'000 + wall.tv_nsec - now_ns;
    wall_read_ns_ = now_ns;
  }
  return (now_ns + wall_offset_ns_) / 1'000'000;
}

log::Record RequestLog::RecordOf(const Exchange& exchange, int64_t now_ns) {
  const LogFacts& facts = *exchange.log;
  log::Record record;
  record.wall_ms = WallMs(now_ns);
  record.user = facts.user;
  record.method = facts.method;
  record.version = exchange.minor_version == 0 ? "1.0" : "1.1";
  record.user_agent = facts.user_agent;
  record.status = exchange.status;
  record.bytes_sent = exchange.sent_bytes;
  record.duration_us = Span(facts.arrived_ns, now_ns);
  record.worker = facts.worker;
  if (facts.dispatched_ns != 0) {
    record.queue_us = Span(facts.arrived_ns, facts.dispatched_ns);
    if (facts.answered_ns != 0) record.handler_us = Span(facts.dispatched_ns, facts.answered_ns);
    const std::vector<PoolOptions>& pools = io_.options().pools;
    record.pool = facts.pool < pools.size() ? std::string_view(pools[facts.pool].name) : std::string_view("default");
  }
  if (facts.answered_ns != 0) record.write_us = Span(facts.answered_ns, now_ns);
  record.lane = AnsweredByName(exchange.answered_by);
  record.cache = NameOf(facts.cache);
  if (facts.client_timeout_ms >= 0) record.client_timeout_us = facts.client_timeout_ms * 1000;
  record.upstream_name = facts.upstream_name;
  record.upstream_server = facts.upstream_server;
  record.upstream_attempts = facts.upstream_attempts;
  record.upstream_status = facts.upstream_status;
  record.upstream_us = Microseconds(facts.upstream_ns);
  record.upstream_connect_us = Microseconds(facts.upstream_connect_ns);
  record.upstream_whole_us = Microseconds(facts.upstream_whole_ns);
  record.request_id = exchange.request_id;
  record.sent_fields = facts.sent_fields;
  if (needs_phases_ && exchange.trace != nullptr) record.phases = log::ReadReportedPhases(exchange.trace->phases);
  return record;
}

bool RequestLog::Wants(size_t log, const LogFacts& facts, const log::Record& record) {
  const log::Options& options = log_.logs()[log];
  const uint32_t bit = 1u << log;
  if (!options.only.empty() && ((facts.only_fits & bit) == 0 || !options.only.FitsAnswer(record, &scratch_))) return false;
  if ((facts.except_fits & bit) != 0 && options.except.FitsAnswer(record, &scratch_)) return false;
  return options.policy.Wants(record.status, record.duration_us, &sampled_[log]);
}

// What the log's policy leaves of the client and of the queries.
void RequestLog::Disguise(const log::Policy& policy, const LogFacts& facts, log::Record* record) {
  shown_ = io_.Shown(facts.peer, policy.client);
  record->peer_family = shown_.family;
  record->peer_address = shown_.bytes;
  record->peer_hidden = shown_.family != facts.peer.family && shown_.family == 0;
  record->peer_port = policy.client == base::ClientShown::kFull ? facts.peer.port : 0;
  record->target = facts.target;
  record->referer = facts.referer;
  if (!policy.changes_references()) return;
  target_.clear();
  policy.AppendReference(facts.target, &target_);
  record->target = target_;
  referer_.clear();
  policy.AppendReference(facts.referer, &referer_);
  record->referer = referer_;
}

void RequestLog::AppendLine(size_t log, const LogFacts& facts, log::Record* shown) {
  const log::Options& options = log_.logs()[log];
  Disguise(options.policy, facts, shown);
  const log::Record& record = *shown;
  log::Writer& writer = log_.writer(log_.writer_of(log));
  log::Writer::Buffer& buffer = buffers_[log_.writer_of(log)];
  std::string* line = buffer.line();
  switch (options.form) {
    case log::Form::kText: log::AppendTextLine(record, line); break;
    case log::Form::kJson: log::AppendJsonLine(record, line); break;
    case log::Form::kTerminal: log::AppendTerminalLine(record, line); break;
    case log::Form::kCombined: log::AppendCombinedLine(record, line); break;
    case log::Form::kOwn: {
      const bool known = facts.captured.size() >= captured_from_[log] + options.own.captured_count();
      options.own.AppendLine(record, known ? facts.captured.data() + captured_from_[log] : nullptr, &scratch_, line);
      break;
    }
  }
  writer.EndLine(buffer);
}

void RequestLog::Write(const Exchange& exchange) {
  log::Record record = RecordOf(exchange, base::MonotonicNs());
  for (size_t i = 0; i < log_.logs().size(); ++i) {
    if (Wants(i, *exchange.log, record)) AppendLine(i, *exchange.log, &record);
  }
}

void RequestLog::Recycle(std::unique_ptr<LogFacts> facts) {
  if (spare_.size() >= kMaxSpare) return;
  facts->Clear();
  spare_.push_back(std::move(facts));
}

void RequestLog::Submit() {
  for (size_t i = 0; i < buffers_.size(); ++i) log_.writer(i).Submit(buffers_[i]);
}

}  // namespace fastserve::server
