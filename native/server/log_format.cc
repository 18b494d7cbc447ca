#include "native/server/log_format.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fastserve::server {

namespace {

// Of one value, after escaping.
constexpr size_t kMaxValueBytes = 1024;
constexpr size_t kMaxLongValueBytes = 2048;
constexpr std::string_view kCut = "...";

constexpr std::pair<std::string_view, LogVariable> kVariables[] = {
    {"body_bytes_sent", LogVariable::kBodyBytesSent},
    {"http_referer", LogVariable::kHttpReferer},
    {"http_user_agent", LogVariable::kHttpUserAgent},
    {"lane", LogVariable::kLane},
    {"msec", LogVariable::kMsec},
    {"queue_time", LogVariable::kQueueTime},
    {"remote_addr", LogVariable::kRemoteAddr},
    {"remote_port", LogVariable::kRemotePort},
    {"remote_user", LogVariable::kRemoteUser},
    {"request", LogVariable::kRequest},
    {"request_id", LogVariable::kRequestId},
    {"request_method", LogVariable::kRequestMethod},
    {"request_time", LogVariable::kRequestTime},
    {"request_uri", LogVariable::kRequestUri},
    {"status", LogVariable::kStatus},
    {"time_iso8601", LogVariable::kTimeIso8601},
    {"time_local", LogVariable::kTimeLocal},
    {"upstream_response_time", LogVariable::kUpstreamResponseTime},
    {"upstream_status", LogVariable::kUpstreamStatus},
    {"worker", LogVariable::kWorker},
};

// Secrets, and addresses that no policy has looked at.
constexpr std::string_view kRefused[] = {"http_authorization", "http_cookie", "http_proxy_authorization", "binary_remote_addr",
                                         "remote_net"};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name of the variable at text[at], a dollar sign; *end is where the text goes on. Empty: none, or a dollar sign itself.
std::string_view NameAt(std::string_view text, size_t at, size_t* end) {
  const bool braced = text.substr(at + 1).starts_with('{');
  const size_t begin = at + (braced ? 2 : 1);
  size_t stop = begin;
  while (stop < text.size() && IsNameByte(text[stop])) ++stop;
  *end = stop + (braced ? 1 : 0);
  return *end > text.size() || (braced && text[stop] != '}') ? std::string_view{} : text.substr(begin, stop - begin);
}

void AppendRequest(const AccessRecord& record, std::string* out) {
  if (record.method.empty() && record.target.empty()) return;
  out->append(record.method).append(" ").append(record.target);
  if (!record.version.empty()) out->append(" HTTP/").append(record.version);
}

void AppendValue(LogVariable variable, const AccessRecord& record, std::string* out) {
  switch (variable) {
    case LogVariable::kLiteral:
    case LogVariable::kCaptured: return;
    case LogVariable::kBodyBytesSent: return AppendNumber(record.bytes_sent, out);
    case LogVariable::kHttpReferer: out->append(record.referer); return;
    case LogVariable::kHttpUserAgent: out->append(record.user_agent); return;
    case LogVariable::kLane: out->append(record.lane); return;
    case LogVariable::kMsec: return AppendMilliseconds(record.wall_ms, out);
    case LogVariable::kQueueTime: return record.queue_us < 0 ? void() : AppendSeconds(record.queue_us, out);
    case LogVariable::kRemoteAddr: return AppendPeer(record, out);
    case LogVariable::kRemotePort: return record.peer_port == 0 ? void() : AppendNumber(record.peer_port, out);
    case LogVariable::kRemoteUser: out->append(record.user); return;
    case LogVariable::kRequest: return AppendRequest(record, out);
    case LogVariable::kRequestId: out->append(record.request_id); return;
    case LogVariable::kRequestMethod: out->append(record.method); return;
    case LogVariable::kRequestTime: return AppendSeconds(record.duration_us, out);
    case LogVariable::kRequestUri: out->append(record.target); return;
    case LogVariable::kStatus: return AppendNumber(record.status, out);
    case LogVariable::kTimeIso8601: return AppendTime(record.wall_ms, out);
    case LogVariable::kTimeLocal: return AppendCommonTime(record.wall_ms, out);
    case LogVariable::kUpstreamResponseTime: return record.upstream_us < 0 ? void() : AppendSeconds(record.upstream_us, out);
    case LogVariable::kUpstreamStatus: return record.upstream_us < 0 ? void() : AppendNumber(record.upstream_status, out);
    case LogVariable::kWorker: return record.worker < 0 ? void() : AppendNumber(record.worker, out);
  }
}

// A value of the query as the policy lets it be written.
std::string Redacted(std::string_view name, std::string value, const AccessPolicy& policy) {
  if (name.starts_with("arg_")) {
    const bool hidden = policy.drops_query || std::ranges::find(policy.redacted, name.substr(4)) != policy.redacted.end();
    return hidden && !value.empty() ? std::string(kRedacted) : value;
  }
  if (name != "args" && name != "query_string") return value;
  std::string reference;
  policy.AppendReference("?" + value, &reference);
  return reference.empty() ? reference : reference.substr(1);
}

}  // namespace

bool LogFormat::AddVariable(std::string_view name, LogFormat* format, std::string* problem) {
  if (std::ranges::find(kRefused, name) != std::end(kRefused)) {
    *problem = "$" + std::string(name) + " is nothing that a log shall keep";
    return false;
  }
  const auto known = std::ranges::find(kVariables, name, &std::pair<std::string_view, LogVariable>::first);
  Part part;
  if (known != std::end(kVariables)) {
    part.variable = known->second;
  } else {
    variables::TemplateError error;
    part.variable = LogVariable::kCaptured;
    part.text = name;
    if (!variables::Template::Compile("${" + std::string(name) + "}", &part.value, &error)) {
      *problem = error.message;
      return false;
    }
  }
  format->parts_.push_back(std::move(part));
  return true;
}

bool LogFormat::Compile(std::string_view text, LogFormat* out, variables::TemplateError* error) {
  LogFormat format;
  format.escape_ = text.starts_with('{') ? LogEscape::kJson : LogEscape::kText;
  std::string literal;
  size_t count = 0;
  const auto flush = [&] {
    format.reserved_bytes_ += literal.size();
    if (!literal.empty()) format.parts_.push_back({LogVariable::kLiteral, std::exchange(literal, {}), {}});
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      literal.push_back(text[at++]);
      continue;
    }
    size_t end = at + 2;
    if (text.substr(at).starts_with("$$")) {
      literal.push_back('$');
    } else {
      flush();
      std::string problem = "\"$\" needs a variable's name behind it; a dollar sign itself is \"$$\"";
      const std::string_view name = NameAt(text, at, &end);
      if (name.empty() || !AddVariable(name, &format, &problem)) {
        *error = {at, std::move(problem)};
        return false;
      }
      format.reserved_bytes_ += kCut.size();
      ++count;
    }
    at = end;
  }
  flush();
  if (text.size() > kMaxTextBytes || count > kMaxVariables) {
    *error = {0, "a form has at most 1024 bytes and 64 variables"};
    return false;
  }
  *out = std::move(format);
  return true;
}

std::vector<std::string> LogFormat::Capture(const variables::RequestFacts& facts, const AccessPolicy& policy) const {
  std::vector<std::string> values;
  for (const Part& part : parts_) {
    if (part.variable != LogVariable::kCaptured) continue;
    std::string value;
    part.value.Expand(facts, &value);
    values.push_back(Redacted(part.text, std::move(value), policy));
    values.back().resize(std::min(values.back().size(), kMaxLongValueBytes));
  }
  return values;
}

void LogFormat::AppendLine(const AccessRecord& record, const std::vector<std::string>& captured, std::string* out) const {
  size_t room = kMaxAccessLineBytes - 1 - reserved_bytes_;
  size_t next = 0;
  std::string value;
  for (const Part& part : parts_) {
    if (part.variable == LogVariable::kLiteral) {
      out->append(part.text);
      continue;
    }
    value.clear();
    if (part.variable != LogVariable::kCaptured) AppendValue(part.variable, record, &value);
    else if (next < captured.size()) value = captured[next++];
    if (value.empty() && escape_ == LogEscape::kText) value = "-";
    const bool long_one = part.variable == LogVariable::kRequest || part.variable == LogVariable::kRequestUri;
    const size_t before = out->size();
    AppendEscaped(value, std::min(room, long_one ? kMaxLongValueBytes : kMaxValueBytes), escape_, out);
    room -= std::min(room, out->size() - before);
  }
  out->push_back('\n');
}

}  // namespace fastserve::server
