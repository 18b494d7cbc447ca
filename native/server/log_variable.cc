#include "native/server/log_variable.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/server/log_text.h"

namespace fastserve::server {
namespace {

struct Known {
  std::string_view name;
  LogVariable variable;
  bool is_number = false;
};

// nginx's names and ours; below, those that the JSON form has for the same.
constexpr Known kKnown[] = {
    {"body_bytes_sent", LogVariable::kBodyBytesSent, true},
    {"cache_status", LogVariable::kCacheStatus},
    {"context_time", LogVariable::kContextTime, true},
    {"cpu_time", LogVariable::kCpuTime, true},
    {"handler_time", LogVariable::kHandlerTime, true},
    {"http_referer", LogVariable::kHttpReferer},
    {"http_user_agent", LogVariable::kHttpUserAgent},
    {"lane", LogVariable::kLane},
    {"middleware_time", LogVariable::kMiddlewareTime, true},
    {"msec", LogVariable::kMsec, true},
    {"pool", LogVariable::kPool},
    {"queue_time", LogVariable::kQueueTime, true},
    {"remote_addr", LogVariable::kRemoteAddr},
    {"remote_port", LogVariable::kRemotePort, true},
    {"remote_user", LogVariable::kRemoteUser},
    {"render_time", LogVariable::kRenderTime, true},
    {"request", LogVariable::kRequest},
    {"request_id", LogVariable::kRequestId},
    {"request_method", LogVariable::kRequestMethod},
    {"request_time", LogVariable::kRequestTime, true},
    {"request_uri", LogVariable::kRequestUri},
    {"status", LogVariable::kStatus, true},
    {"time_iso8601", LogVariable::kTimeIso8601},
    {"time_local", LogVariable::kTimeLocal},
    {"upstream_addr", LogVariable::kUpstreamAddr},
    {"upstream_attempts", LogVariable::kUpstreamAttempts, true},
    {"upstream_connect_time", LogVariable::kUpstreamConnectTime, true},
    {"upstream_header_time", LogVariable::kUpstreamHeaderTime, true},
    {"upstream_name", LogVariable::kUpstreamName},
    {"upstream_response_time", LogVariable::kUpstreamResponseTime, true},
    {"upstream_status", LogVariable::kUpstreamStatus, true},
    {"view_time", LogVariable::kViewTime, true},
    {"worker", LogVariable::kWorker, true},
    {"write_time", LogVariable::kWriteTime, true},

    {"bytes", LogVariable::kBodyBytesSent, true},
    {"duration_ms", LogVariable::kDurationMs, true},
    {"method", LogVariable::kRequestMethod},
    {"peer", LogVariable::kRemoteAddr},
    {"port", LogVariable::kRemotePort, true},
    {"queue_ms", LogVariable::kQueueMs, true},
    {"referer", LogVariable::kHttpReferer},
    {"target", LogVariable::kRequestUri},
    {"time", LogVariable::kTimeIso8601},
    {"upstream_ms", LogVariable::kUpstreamMs, true},
    {"user", LogVariable::kRemoteUser},
    {"user_agent", LogVariable::kHttpUserAgent},
    {"version", LogVariable::kVersion},
};

constexpr std::string_view kSecret[] = {"http_authorization", "http_cookie", "http_proxy_authorization", "binary_remote_addr",
                                        "remote_net", "sent_http_set_cookie"};
constexpr std::string_view kSentPrefix = "sent_http_";

// The value of the first line of that name in lines that end with CRLF.
std::string_view FieldIn(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    if (line.size() > name.size() && line[name.size()] == ':' && base::EqualsIgnoreCase(line.substr(0, name.size()), name)) {
      return base::TrimOws(line.substr(name.size() + 1));
    }
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  return {};
}

template <typename Append>
std::string_view Written(bool present, std::string* scratch, Append append) {
  scratch->clear();
  if (present) append();
  return *scratch;
}

std::string_view Number(int64_t value, std::string* scratch) {
  return Written(value >= 0, scratch, [&] { AppendNumber(value, scratch); });
}
std::string_view Seconds(int64_t us, std::string* scratch) {
  return Written(us >= 0, scratch, [&] { AppendSeconds(us, scratch); });
}
std::string_view Milliseconds(int64_t us, std::string* scratch) {
  return Written(us >= 0, scratch, [&] { AppendMilliseconds(us, scratch); });
}

std::string_view RequestLine(const AccessRecord& record, std::string* scratch) {
  return Written(!record.method.empty() || !record.target.empty(), scratch, [&] {
    scratch->append(record.method).append(" ").append(record.target);
    if (!record.version.empty()) scratch->append(" HTTP/").append(record.version);
  });
}

std::string_view UpstreamValue(LogVariable variable, const AccessRecord& record, std::string* scratch) {
  const bool answered = record.upstream_us >= 0;
  switch (variable) {
    case LogVariable::kUpstreamAddr: return record.upstream_server;
    case LogVariable::kUpstreamName: return record.upstream_name;
    case LogVariable::kUpstreamAttempts: return Number(record.upstream_attempts == 0 ? -1 : record.upstream_attempts, scratch);
    case LogVariable::kUpstreamConnectTime: return Seconds(record.upstream_connect_us, scratch);
    case LogVariable::kUpstreamHeaderTime: return Seconds(record.upstream_us, scratch);
    case LogVariable::kUpstreamMs: return Milliseconds(record.upstream_us, scratch);
    case LogVariable::kUpstreamResponseTime: return Seconds(record.upstream_whole_us, scratch);
    default: return Number(answered ? record.upstream_status : -1, scratch);
  }
}

std::string_view PhaseValue(LogVariable variable, const AccessRecord& record, std::string* scratch) {
  switch (variable) {
    case LogVariable::kContextTime: return Seconds(record.phases.context_us, scratch);
    case LogVariable::kCpuTime: return Seconds(record.phases.cpu_us, scratch);
    case LogVariable::kMiddlewareTime: return Seconds(record.phases.middleware_us, scratch);
    case LogVariable::kRenderTime: return Seconds(record.phases.render_us, scratch);
    default: return Seconds(record.phases.view_us, scratch);
  }
}

}  // namespace

bool FindLogVariable(std::string_view name, NamedLogVariable* out, std::string* problem) {
  *out = {};
  if (const auto known = std::ranges::find(kKnown, name, &Known::name); known != std::end(kKnown)) {
    out->variable = known->variable;
    return true;
  }
  if (name.starts_with(kSentPrefix) && name.size() > kSentPrefix.size()) {
    out->variable = LogVariable::kSentField;
    out->name = name.substr(kSentPrefix.size());
    std::ranges::transform(out->name, out->name.begin(), [](char c) { return c == '_' ? '-' : base::ToLowerAscii(c); });
    return true;
  }
  variables::TemplateError error;
  out->name = name;
  const bool found = variables::Template::Compile("${" + out->name + "}", &out->request, &error);
  if (!found) *problem = error.message;
  return found;
}

bool IsKeptFromLogs(const NamedLogVariable& variable, std::string_view name) {
  if (variable.variable == LogVariable::kSentField) return variable.name == "set-cookie";
  return std::ranges::find(kSecret, name) != std::end(kSecret);
}

bool IsNumber(LogVariable variable) {
  const auto known = std::ranges::find(kKnown, variable, &Known::variable);
  return known != std::end(kKnown) && known->is_number;
}

bool IsPhase(LogVariable variable) {
  return variable == LogVariable::kContextTime || variable == LogVariable::kCpuTime || variable == LogVariable::kMiddlewareTime ||
         variable == LogVariable::kRenderTime || variable == LogVariable::kViewTime;
}

std::string_view LogValue(LogVariable variable, std::string_view name, const AccessRecord& record, std::string* scratch) {
  switch (variable) {
    case LogVariable::kRequestOwn: return {};
    case LogVariable::kBodyBytesSent: return Written(true, scratch, [&] { AppendNumber(record.bytes_sent, scratch); });
    case LogVariable::kCacheStatus: return record.cache;
    case LogVariable::kDurationMs: return Milliseconds(record.duration_us, scratch);
    case LogVariable::kHandlerTime: return Seconds(record.handler_us, scratch);
    case LogVariable::kHttpReferer: return record.referer;
    case LogVariable::kHttpUserAgent: return record.user_agent;
    case LogVariable::kLane: return record.lane;
    case LogVariable::kMsec: return Milliseconds(record.wall_ms, scratch);  // milliseconds as seconds, the same three places
    case LogVariable::kPool: return record.pool;
    case LogVariable::kQueueMs: return Milliseconds(record.queue_us, scratch);
    case LogVariable::kQueueTime: return Seconds(record.queue_us, scratch);
    case LogVariable::kRemoteAddr: return Written(true, scratch, [&] { AppendPeer(record, scratch); });
    case LogVariable::kRemotePort: return Number(record.peer_port == 0 ? -1 : record.peer_port, scratch);
    case LogVariable::kRemoteUser: return record.user;
    case LogVariable::kRequest: return RequestLine(record, scratch);
    case LogVariable::kRequestId: return record.request_id;
    case LogVariable::kRequestMethod: return record.method;
    case LogVariable::kRequestTime: return Seconds(record.duration_us, scratch);
    case LogVariable::kRequestUri: return record.target;
    case LogVariable::kSentField: return FieldIn(record.sent_fields, name);
    case LogVariable::kStatus: return Number(record.status, scratch);
    case LogVariable::kTimeIso8601: return Written(true, scratch, [&] { AppendTime(record.wall_ms, scratch); });
    case LogVariable::kTimeLocal: return Written(true, scratch, [&] { AppendCommonTime(record.wall_ms, scratch); });
    case LogVariable::kVersion: return record.version;
    case LogVariable::kWorker: return Number(record.worker, scratch);
    case LogVariable::kWriteTime: return Seconds(record.write_us, scratch);
    case LogVariable::kUpstreamAddr:
    case LogVariable::kUpstreamAttempts:
    case LogVariable::kUpstreamConnectTime:
    case LogVariable::kUpstreamHeaderTime:
    case LogVariable::kUpstreamMs:
    case LogVariable::kUpstreamName:
    case LogVariable::kUpstreamResponseTime:
    case LogVariable::kUpstreamStatus: return UpstreamValue(variable, record, scratch);
    case LogVariable::kContextTime:
    case LogVariable::kCpuTime:
    case LogVariable::kMiddlewareTime:
    case LogVariable::kRenderTime:
    case LogVariable::kViewTime: return PhaseValue(variable, record, scratch);
  }
  return {};
}

}  // namespace fastserve::server
