// The text, JSON and terminal forms of an access record.
#include "native/server/access_record.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace fastserve::server {
namespace {

// Bytes that a value may take in the line, after escaping.
constexpr size_t kMaxMethodBytes = 32;
constexpr size_t kMaxTargetBytes = 2048;
constexpr size_t kMaxVersionBytes = 8;
constexpr size_t kMaxUserAgentBytes = 256;
constexpr size_t kMaxRefererBytes = 1024;
constexpr size_t kMaxRequestIdBytes = 128;
constexpr size_t kMaxLaneBytes = 32;
// 400: everything of fixed width, the names of the JSON fields first of all, and six "...".
static_assert(kMaxMethodBytes + kMaxTargetBytes + kMaxVersionBytes + kMaxUserAgentBytes + kMaxRefererBytes + kMaxLaneBytes +
                  kMaxRequestIdBytes + 400 <=
              kMaxAccessLineBytes);

enum class Form { kText, kJson };

// Which bytes are written as they are, in both forms.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x7F; ++c) plain[static_cast<size_t>(c)] = c != '"' && c != '\\';
  return plain;
}();
bool IsPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

// Writes the escape of `c` to `out`, which has room for 6. Returns its length.
size_t Escape(char c, Form form, char* out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  size_t length = 0;
  out[length++] = '\\';
  if (form == Form::kJson && (c == '"' || c == '\\')) {
    out[length++] = c;
    return length;
  }
  out[length++] = form == Form::kJson ? 'u' : 'x';
  while (form == Form::kJson && length < 4) out[length++] = '0';
  out[length++] = kDigits[byte >> 4];
  out[length++] = kDigits[byte & 15];
  return length;
}

// At most `limit` bytes of escaped `value`, with "..." behind when that is not all of it.
void AppendEscaped(std::string_view value, size_t limit, Form form, std::string* out) {
  while (!value.empty()) {
    const size_t within = std::min(value.size(), limit);
    size_t plain = 0;
    while (plain < within && IsPlain(value[plain])) ++plain;
    out->append(value.data(), plain);
    value.remove_prefix(plain);
    limit -= plain;
    if (value.empty()) return;
    char escape[6];
    const size_t length = IsPlain(value.front()) ? limit + 1 : Escape(value.front(), form, escape);
    if (length > limit) {
      out->append("...");
      return;
    }
    out->append(escape, length);
    value.remove_prefix(1);
    limit -= length;
  }
}

template <typename Integer>
void AppendNumber(Integer value, std::string* out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out->append(digits, static_cast<size_t>(end - digits));
}

// Writes the last `width` digits of `value` at `out`.
void WriteDigits(unsigned value, int width, char* out) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

// Microseconds as milliseconds with three places: "0.532".
void AppendMilliseconds(int64_t us, std::string* out) {
  us = std::max<int64_t>(us, 0);
  AppendNumber(us / 1000, out);
  char places[4] = {'.'};
  WriteDigits(static_cast<unsigned>(us % 1000), 3, places + 1);
  out->append(places, sizeof places);
}

// RFC 3339 in UTC. Not gmtime_r: that one takes a lock of the C library, which the I/O threads would share.
void AppendTime(int64_t wall_ms, std::string* out) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{wall_ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const auto of_day = static_cast<unsigned>((time - day).count());
  char text[] = "YYYY-MM-DDThh:mm:ss.mmmZ";
  WriteDigits(static_cast<unsigned>(static_cast<int>(date.year())), 4, text);
  WriteDigits(static_cast<unsigned>(date.month()), 2, text + 5);
  WriteDigits(static_cast<unsigned>(date.day()), 2, text + 8);
  WriteDigits(of_day / 3600000, 2, text + 11);
  WriteDigits(of_day / 60000 % 60, 2, text + 14);
  WriteDigits(of_day / 1000 % 60, 2, text + 17);
  WriteDigits(of_day % 1000, 3, text + 20);
  out->append(text, sizeof text - 1);
}

// The address without its port.
void AppendPeer(const AccessRecord& record, std::string* out) {
  if (record.peer_family == 4) {
    for (int i = 0; i < 4; ++i) {
      if (i > 0) out->push_back('.');
      AppendNumber(record.peer_address[i], out);
    }
  } else if (record.peer_family == 6) {
    char text[INET6_ADDRSTRLEN];
    out->append(::inet_ntop(AF_INET6, record.peer_address, text, sizeof text));
  } else {
    out->append("unix");
  }
}

template <typename Append>
void AppendOrNull(bool present, std::string* out, Append append) {
  if (present) {
    append();
  } else {
    out->append("null");
  }
}

// "GET /path HTTP/1.1", or what there is of it.
void AppendRequestLine(const AccessRecord& record, std::string* out) {
  if (record.method.empty() && record.target.empty()) {
    out->push_back('-');
    return;
  }
  AppendEscaped(record.method, kMaxMethodBytes, Form::kText, out);
  out->push_back(' ');
  AppendEscaped(record.target, kMaxTargetBytes, Form::kText, out);
  if (record.version.empty()) return;
  out->append(" HTTP/");
  AppendEscaped(record.version, kMaxVersionBytes, Form::kText, out);
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
  AppendEscaped(value, limit, Form::kJson, out);
  out->push_back('"');
}

}  // namespace

void AppendTextLine(const AccessRecord& record, std::string* out) {
  AppendTime(record.wall_ms, out);
  out->push_back(' ');
  AppendPeer(record, out);
  out->append(" \"");
  AppendRequestLine(record, out);
  out->append("\" ");
  AppendNumber(record.status, out);
  out->push_back(' ');
  AppendNumber(record.bytes_sent, out);
  out->push_back(' ');
  AppendMilliseconds(record.duration_us, out);
  out->append("ms ");
  AppendEscaped(record.lane.empty() ? "-" : record.lane, kMaxLaneBytes, Form::kText, out);
  if (record.worker >= 0) {
    out->append(" w");
    AppendNumber(record.worker, out);
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
  AppendEscaped(record.user_agent.empty() ? "-" : record.user_agent, kMaxUserAgentBytes, Form::kText, out);
  out->push_back('"');
  if (record.upstream_us >= 0) {
    out->append(" up=");
    AppendNumber(record.upstream_status, out);
    out->push_back('/');
    AppendMilliseconds(record.upstream_us, out);
    out->append("ms");
  }
  if (!record.request_id.empty()) out->append(" id=").append(record.request_id);
  out->push_back('\n');
}

void AppendTerminalLine(const AccessRecord& record, std::string* out) {
  if (record.target.starts_with("/__fastserve/")) return;
  out->append("\x1b[").append(ColourOf(record.status)).append("m");
  AppendNumber(record.status, out);
  out->append("\x1b[39m ");
  AppendEscaped(record.method.empty() ? "-" : record.method, kMaxMethodBytes, Form::kText, out);
  out->push_back(' ');
  AppendEscaped(record.target.empty() ? "-" : record.target, kMaxTargetBytes, Form::kText, out);
  out->append(" \x1b[2m");
  AppendMilliseconds(record.duration_us, out);
  out->append("ms ");
  AppendEscaped(record.lane.empty() ? "-" : record.lane, kMaxLaneBytes, Form::kText, out);
  out->append("\x1b[22m\n");
}

void AppendJsonLine(const AccessRecord& record, std::string* out) {
  out->append("{\"time\":\"");
  AppendTime(record.wall_ms, out);
  out->append("\",\"peer\":\"");
  AppendPeer(record, out);
  out->append("\",\"port\":");
  AppendOrNull(record.peer_family != 0, out, [&] { AppendNumber(record.peer_port, out); });
  AppendMember("method", record.method, kMaxMethodBytes, out);
  AppendMember("target", record.target, kMaxTargetBytes, out);
  AppendMember("version", record.version, kMaxVersionBytes, out);
  out->append(",\"status\":");
  AppendNumber(record.status, out);
  out->append(",\"bytes\":");
  AppendNumber(record.bytes_sent, out);
  out->append(",\"duration_ms\":");
  AppendMilliseconds(record.duration_us, out);
  AppendMember("lane", record.lane, kMaxLaneBytes, out);
  out->append(",\"worker\":");
  AppendOrNull(record.worker >= 0, out, [&] { AppendNumber(record.worker, out); });
  out->append(",\"queue_ms\":");
  AppendOrNull(record.queue_us >= 0, out, [&] { AppendMilliseconds(record.queue_us, out); });
  AppendMember("user_agent", record.user_agent, kMaxUserAgentBytes, out);
  AppendMember("referer", record.referer, kMaxRefererBytes, out);
  if (record.upstream_us >= 0) {
    out->append(",\"upstream_status\":");
    AppendNumber(record.upstream_status, out);
    out->append(",\"upstream_ms\":");
    AppendMilliseconds(record.upstream_us, out);
  }
  AppendMember("request_id", record.request_id, kMaxRequestIdBytes, out);
  out->append("}\n");
}

}  // namespace fastserve::server
