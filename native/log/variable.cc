#include "native/log/variable.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/base/numbers.h"
#include "native/log/text.h"

namespace fastserve::log {
namespace {

struct Known {
  std::string_view name;
  Variable variable;
  bool is_number = false;
};

// nginx's names and ours; below, those that the JSON form has for the same.
constexpr Known kKnown[] = {
    {"body_bytes_sent", Variable::kBodyBytesSent, true},
    {"cache_status", Variable::kCacheStatus},
    {"client_timeout", Variable::kClientTimeout, true},
    {"context_time", Variable::kContextTime, true},
    {"cpu_time", Variable::kCpuTime, true},
    {"handler_time", Variable::kHandlerTime, true},
    {"http_referer", Variable::kHttpReferer},
    {"http_user_agent", Variable::kHttpUserAgent},
    {"lane", Variable::kLane},
    {"middleware_time", Variable::kMiddlewareTime, true},
    {"msec", Variable::kMsec, true},
    {"pool", Variable::kPool},
    {"queue_time", Variable::kQueueTime, true},
    {"remote_addr", Variable::kRemoteAddr},
    {"remote_port", Variable::kRemotePort, true},
    {"remote_user", Variable::kRemoteUser},
    {"render_time", Variable::kRenderTime, true},
    {"request", Variable::kRequest},
    {"request_id", Variable::kRequestId},
    {"request_method", Variable::kRequestMethod},
    {"request_time", Variable::kRequestTime, true},
    {"request_uri", Variable::kRequestUri},
    {"status", Variable::kStatus, true},
    {"time_iso8601", Variable::kTimeIso8601},
    {"time_local", Variable::kTimeLocal},
    {"upstream_addr", Variable::kUpstreamAddr},
    {"upstream_attempts", Variable::kUpstreamAttempts, true},
    {"upstream_connect_time", Variable::kUpstreamConnectTime, true},
    {"upstream_header_time", Variable::kUpstreamHeaderTime, true},
    {"upstream_name", Variable::kUpstreamName},
    {"upstream_response_time", Variable::kUpstreamResponseTime, true},
    {"upstream_status", Variable::kUpstreamStatus, true},
    {"view_time", Variable::kViewTime, true},
    {"worker", Variable::kWorker, true},
    {"write_time", Variable::kWriteTime, true},

    {"bytes", Variable::kBodyBytesSent, true},
    {"duration_ms", Variable::kDurationMs, true},
    {"method", Variable::kRequestMethod},
    {"peer", Variable::kRemoteAddr},
    {"port", Variable::kRemotePort, true},
    {"queue_ms", Variable::kQueueMs, true},
    {"referer", Variable::kHttpReferer},
    {"target", Variable::kRequestUri},
    {"time", Variable::kTimeIso8601},
    {"upstream_ms", Variable::kUpstreamMs, true},
    {"user", Variable::kRemoteUser},
    {"user_agent", Variable::kHttpUserAgent},
    {"version", Variable::kVersion},
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
  return Written(value >= 0, scratch, [&] { base::AppendNumber(value, scratch); });
}
std::string_view Seconds(int64_t us, std::string* scratch) {
  return Written(us >= 0, scratch, [&] { AppendSeconds(us, scratch); });
}
std::string_view Milliseconds(int64_t us, std::string* scratch) {
  return Written(us >= 0, scratch, [&] { AppendMilliseconds(us, scratch); });
}

std::string_view RequestLine(const Record& record, std::string* scratch) {
  return Written(!record.method.empty() || !record.target.empty(), scratch, [&] {
    scratch->append(record.method).append(" ").append(record.target);
    if (!record.version.empty()) scratch->append(" HTTP/").append(record.version);
  });
}

std::string_view UpstreamValue(Variable variable, const Record& record, std::string* scratch) {
  const bool answered = record.upstream_us >= 0;
  switch (variable) {
    case Variable::kUpstreamAddr: return record.upstream_server;
    case Variable::kUpstreamName: return record.upstream_name;
    case Variable::kUpstreamAttempts: return Number(record.upstream_attempts == 0 ? -1 : record.upstream_attempts, scratch);
    case Variable::kUpstreamConnectTime: return Seconds(record.upstream_connect_us, scratch);
    case Variable::kUpstreamHeaderTime: return Seconds(record.upstream_us, scratch);
    case Variable::kUpstreamMs: return Milliseconds(record.upstream_us, scratch);
    case Variable::kUpstreamResponseTime: return Seconds(record.upstream_whole_us, scratch);
    default: return Number(answered ? record.upstream_status : -1, scratch);
  }
}

std::string_view PhaseValue(Variable variable, const Record& record, std::string* scratch) {
  switch (variable) {
    case Variable::kContextTime: return Seconds(record.phases.context_us, scratch);
    case Variable::kCpuTime: return Seconds(record.phases.cpu_us, scratch);
    case Variable::kMiddlewareTime: return Seconds(record.phases.middleware_us, scratch);
    case Variable::kRenderTime: return Seconds(record.phases.render_us, scratch);
    default: return Seconds(record.phases.view_us, scratch);
  }
}

}  // namespace

bool FindVariable(std::string_view name, NamedVariable* out, std::string* problem) {
  *out = {};
  if (const auto known = std::ranges::find(kKnown, name, &Known::name); known != std::end(kKnown)) {
    out->variable = known->variable;
    return true;
  }
  if (name.starts_with(kSentPrefix) && name.size() > kSentPrefix.size()) {
    out->variable = Variable::kSentField;
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

bool IsKeptFromLogs(const NamedVariable& variable, std::string_view name) {
  if (variable.variable == Variable::kSentField) return variable.name == "set-cookie";
  return std::ranges::find(kSecret, name) != std::end(kSecret);
}

bool IsNumber(Variable variable) {
  const auto known = std::ranges::find(kKnown, variable, &Known::variable);
  return known != std::end(kKnown) && known->is_number;
}

bool IsPhase(Variable variable) {
  return variable == Variable::kContextTime || variable == Variable::kCpuTime || variable == Variable::kMiddlewareTime ||
         variable == Variable::kRenderTime || variable == Variable::kViewTime;
}

std::string_view ValueOf(Variable variable, std::string_view name, const Record& record, std::string* scratch) {
  switch (variable) {
    case Variable::kRequestOwn: return {};
    case Variable::kBodyBytesSent: return Written(true, scratch, [&] { base::AppendNumber(record.bytes_sent, scratch); });
    case Variable::kCacheStatus: return record.cache;
    case Variable::kClientTimeout: return Seconds(record.client_timeout_us, scratch);
    case Variable::kDurationMs: return Milliseconds(record.duration_us, scratch);
    case Variable::kHandlerTime: return Seconds(record.handler_us, scratch);
    case Variable::kHttpReferer: return record.referer;
    case Variable::kHttpUserAgent: return record.user_agent;
    case Variable::kLane: return record.lane;
    case Variable::kMsec: return Milliseconds(record.wall_ms, scratch);  // milliseconds as seconds, the same three places
    case Variable::kPool: return record.pool;
    case Variable::kQueueMs: return Milliseconds(record.queue_us, scratch);
    case Variable::kQueueTime: return Seconds(record.queue_us, scratch);
    case Variable::kRemoteAddr: return Written(true, scratch, [&] { AppendPeer(record, scratch); });
    case Variable::kRemotePort: return Number(record.peer_port == 0 ? -1 : record.peer_port, scratch);
    case Variable::kRemoteUser: return record.user;
    case Variable::kRequest: return RequestLine(record, scratch);
    case Variable::kRequestId: return record.request_id;
    case Variable::kRequestMethod: return record.method;
    case Variable::kRequestTime: return Seconds(record.duration_us, scratch);
    case Variable::kRequestUri: return record.target;
    case Variable::kSentField: return FieldIn(record.sent_fields, name);
    case Variable::kStatus: return Number(record.status, scratch);
    case Variable::kTimeIso8601: return Written(true, scratch, [&] { AppendTime(record.wall_ms, scratch); });
    case Variable::kTimeLocal: return Written(true, scratch, [&] { AppendCommonTime(record.wall_ms, scratch); });
    case Variable::kVersion: return record.version;
    case Variable::kWorker: return Number(record.worker, scratch);
    case Variable::kWriteTime: return Seconds(record.write_us, scratch);
    case Variable::kUpstreamAddr:
    case Variable::kUpstreamAttempts:
    case Variable::kUpstreamConnectTime:
    case Variable::kUpstreamHeaderTime:
    case Variable::kUpstreamMs:
    case Variable::kUpstreamName:
    case Variable::kUpstreamResponseTime:
    case Variable::kUpstreamStatus: return UpstreamValue(variable, record, scratch);
    case Variable::kContextTime:
    case Variable::kCpuTime:
    case Variable::kMiddlewareTime:
    case Variable::kRenderTime:
    case Variable::kViewTime: return PhaseValue(variable, record, scratch);
  }
  return {};
}

}  // namespace fastserve::log
