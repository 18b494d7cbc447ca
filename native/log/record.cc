// The text, JSON and terminal forms of an access record.
#include "native/log/record.h"

#include <algorithm>

#include "native/base/ip_address.h"
#include "native/base/numbers.h"
#include "native/log/text.h"

namespace fastserve::log {
namespace {

// Bytes that a value may take in the line, after escaping.
constexpr size_t kMaxMethodBytes = 32;
constexpr size_t kMaxTargetBytes = 2048;
constexpr size_t kMaxVersionBytes = 8;
constexpr size_t kMaxUserAgentBytes = 256;
constexpr size_t kMaxRefererBytes = 1024;
constexpr size_t kMaxRequestIdBytes = 128;
constexpr size_t kMaxLaneBytes = 32;
constexpr size_t kMaxUserBytes = 64;
// 400: everything of fixed width, the names of the JSON fields first of all, and six "...".
static_assert(kMaxMethodBytes + kMaxTargetBytes + kMaxVersionBytes + kMaxUserAgentBytes + kMaxRefererBytes + kMaxLaneBytes + kMaxUserBytes +
                  kMaxRequestIdBytes + 400 <=
              kMaxLineBytes);

template <typename Append>
void AppendOrNull(bool present, std::string* out, Append append) {
  if (present) {
    append();
  } else {
    out->append("null");
  }
}

// "GET /path HTTP/1.1", or what there is of it.
void AppendRequestLine(const Record& record, std::string* out) {
  if (record.method.empty() && record.target.empty()) {
    out->push_back('-');
    return;
  }
  AppendEscaped(record.method, kMaxMethodBytes, Escape::kText, out);
  out->push_back(' ');
  AppendEscaped(record.target, kMaxTargetBytes, Escape::kText, out);
  if (record.version.empty()) return;
  out->append(" HTTP/");
  AppendEscaped(record.version, kMaxVersionBytes, Escape::kText, out);
}

void AppendOrDash(std::string_view value, size_t limit, std::string* out) {
  AppendEscaped(value.empty() ? "-" : value, limit, Escape::kText, out);
}

// SGR parameter (ECMA-48 8.3.117) by the class of the status: green, cyan, yellow, red.
std::string_view ColourOf(uint16_t status) {
  if (status >= 500) return "31";
  if (status >= 400) return "33";
  return status >= 300 ? "36" : "32";
}

// `,"name":"value"`, or null for an empty one.
void AppendMember(std::string_view name, std::string_view value, size_t limit, std::string* out) {
  out->append(",\"").append(name).append("\":");
  if (value.empty()) {
    out->append("null");
    return;
  }
  out->push_back('"');
  AppendEscaped(value, limit, Escape::kJson, out);
  out->push_back('"');
}

}  // namespace

void AppendPeer(const Record& record, std::string* out) {
  if (record.peer_family == 0) {
    out->append(record.peer_hidden ? "-" : "unix");
    return;
  }
  base::IpAddress address{record.peer_family, {}};
  std::copy_n(record.peer_address, record.peer_family == 4 ? 4 : 16, address.bytes);
  base::AppendIpAddress(address, out);
}

// "GET / HTTP/1.1" 200 512
void AppendOutcome(const Record& record, std::string* out) {
  out->push_back('"');
  AppendRequestLine(record, out);
  out->append("\" ");
  base::AppendNumber(record.status, out);
  out->push_back(' ');
  base::AppendNumber(record.bytes_sent, out);
}

void AppendTextLine(const Record& record, std::string* out) {
  AppendTime(record.wall_ms, out);
  out->push_back(' ');
  AppendPeer(record, out);
  out->push_back(' ');
  AppendOutcome(record, out);
  out->push_back(' ');
  AppendMilliseconds(record.duration_us, out);
  out->append("ms ");
  AppendEscaped(record.lane.empty() ? "-" : record.lane, kMaxLaneBytes, Escape::kText, out);
  if (record.worker >= 0) {
    out->append(" w");
    base::AppendNumber(record.worker, out);
  } else {
    out->append(" -");
  }
  if (record.queue_us >= 0) {
    out->append(" queue=");
    AppendMilliseconds(record.queue_us, out);
    out->append("ms \"");
  } else {
    out->append(" - \"");
  }
  AppendEscaped(record.user_agent.empty() ? "-" : record.user_agent, kMaxUserAgentBytes, Escape::kText, out);
  out->push_back('"');
  if (record.upstream_us >= 0) {
    out->append(" up=");
    base::AppendNumber(record.upstream_status, out);
    out->push_back('/');
    AppendMilliseconds(record.upstream_us, out);
    out->append("ms");
  }
  if (!record.user.empty()) {
    out->append(" user=\"");
    AppendEscaped(record.user, kMaxUserBytes, Escape::kText, out);
    out->push_back('"');
  }
  if (!record.request_id.empty()) out->append(" id=").append(record.request_id);
  out->push_back('\n');
}

void AppendCombinedLine(const Record& record, std::string* out) {
  AppendPeer(record, out);
  out->append(" - ");
  // A name with spaces would move the fields behind it.
  const size_t start = out->size();
  AppendOrDash(record.user, kMaxUserBytes, out);
  std::replace(out->begin() + static_cast<std::ptrdiff_t>(start), out->end(), ' ', '_');
  out->append(" [");
  AppendCommonTime(record.wall_ms, out);
  out->append("] ");
  AppendOutcome(record, out);
  out->append(" \"");
  AppendOrDash(record.referer, kMaxRefererBytes, out);
  out->append("\" \"");
  AppendOrDash(record.user_agent, kMaxUserAgentBytes, out);
  out->append("\"\n");
}

void AppendTerminalLine(const Record& record, std::string* out) {
  if (record.target.starts_with("/__fastserve/")) return;
  out->append("\x1b[").append(ColourOf(record.status)).append("m");
  base::AppendNumber(record.status, out);
  out->append("\x1b[39m ");
  AppendEscaped(record.method.empty() ? "-" : record.method, kMaxMethodBytes, Escape::kText, out);
  out->push_back(' ');
  AppendEscaped(record.target.empty() ? "-" : record.target, kMaxTargetBytes, Escape::kText, out);
  out->append(" \x1b[2m");
  AppendMilliseconds(record.duration_us, out);
  out->append("ms ");
  AppendEscaped(record.lane.empty() ? "-" : record.lane, kMaxLaneBytes, Escape::kText, out);
  out->append("\x1b[22m\n");
}

void AppendJsonLine(const Record& record, std::string* out) {
  out->append("{\"time\":\"");
  AppendTime(record.wall_ms, out);
  out->append("\",\"peer\":\"");
  AppendPeer(record, out);
  out->append("\",\"port\":");
  AppendOrNull(record.peer_port != 0, out, [&] { base::AppendNumber(record.peer_port, out); });
  AppendMember("method", record.method, kMaxMethodBytes, out);
  AppendMember("target", record.target, kMaxTargetBytes, out);
  AppendMember("version", record.version, kMaxVersionBytes, out);
  out->append(",\"status\":");
  base::AppendNumber(record.status, out);
  out->append(",\"bytes\":");
  base::AppendNumber(record.bytes_sent, out);
  out->append(",\"duration_ms\":");
  AppendMilliseconds(record.duration_us, out);
  AppendMember("lane", record.lane, kMaxLaneBytes, out);
  out->append(",\"worker\":");
  AppendOrNull(record.worker >= 0, out, [&] { base::AppendNumber(record.worker, out); });
  out->append(",\"queue_ms\":");
  AppendOrNull(record.queue_us >= 0, out, [&] { AppendMilliseconds(record.queue_us, out); });
  AppendMember("user_agent", record.user_agent, kMaxUserAgentBytes, out);
  AppendMember("referer", record.referer, kMaxRefererBytes, out);
  if (record.upstream_us >= 0) {
    out->append(",\"upstream_status\":");
    base::AppendNumber(record.upstream_status, out);
    out->append(",\"upstream_ms\":");
    AppendMilliseconds(record.upstream_us, out);
  }
  if (!record.user.empty()) AppendMember("user", record.user, kMaxUserBytes, out);
  AppendMember("request_id", record.request_id, kMaxRequestIdBytes, out);
  out->append("}\n");
}

}  // namespace fastserve::log
