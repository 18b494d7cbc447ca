// The three forms of an access line, byte for byte.
#include "native/log/record.h"

#include <algorithm>
#include <random>
#include <string>

#include "test/native/testing.h"

using fastserve::log::Record;
using fastserve::log::AppendCombinedLine;
using fastserve::log::AppendJsonLine;
using fastserve::log::AppendTerminalLine;
using fastserve::log::AppendTextLine;
using fastserve::log::kMaxLineBytes;

namespace {

const uint8_t kLoopback[4] = {127, 0, 0, 1};
const uint8_t kLoopback6[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

// A view answered by worker 0, at 2026-11-22T14:03:05.123Z.
Record ViewRecord() {
  Record record;
  record.wall_ms = 1795356185123;
  record.peer_family = 4;
  record.peer_port = 51234;
  record.peer_address = kLoopback;
  record.method = "GET";
  record.target = "/path?a=b";
  record.version = "1.1";
  record.user_agent = "curl/8.5.0";
  record.referer = "https://example.org/";
  record.status = 200;
  record.bytes_sent = 1234;
  record.duration_us = 532;
  record.queue_us = 41;
  record.worker = 0;
  record.lane = "view";
  return record;
}

std::string Text(const Record& record) {
  std::string line;
  AppendTextLine(record, &line);
  return line;
}

std::string Json(const Record& record) {
  std::string line;
  AppendJsonLine(record, &line);
  return line;
}

}  // namespace

TEST("a text line of a view") {
  CHECK_EQ(Text(ViewRecord()),
           "2026-11-22T14:03:05.123Z 127.0.0.1 \"GET /path?a=b HTTP/1.1\" 200 1234 0.532ms view w0 queue=0.041ms "
           "\"curl/8.5.0\"\n");
}

TEST("a JSON line of a view") {
  CHECK_EQ(Json(ViewRecord()),
           "{\"time\":\"2026-11-22T14:03:05.123Z\",\"peer\":\"127.0.0.1\",\"port\":51234,\"method\":\"GET\","
           "\"target\":\"/path?a=b\",\"version\":\"1.1\",\"status\":200,\"bytes\":1234,\"duration_ms\":0.532,"
           "\"lane\":\"view\",\"worker\":0,\"queue_ms\":0.041,\"user_agent\":\"curl/8.5.0\","
           "\"referer\":\"https://example.org/\",\"request_id\":null}\n");
}

TEST("a native answer over IPv6 has neither worker nor queue time") {
  Record record = ViewRecord();
  record.peer_family = 6;
  record.peer_address = kLoopback6;
  record.queue_us = record.worker = -1;
  record.lane = "file";
  CHECK_EQ(Text(record),
           "2026-11-22T14:03:05.123Z ::1 \"GET /path?a=b HTTP/1.1\" 200 1234 0.532ms file - - \"curl/8.5.0\"\n");
  CHECK(Json(record).find("\"lane\":\"file\",\"worker\":null,\"queue_ms\":null,") != std::string::npos);
}

TEST("a request of which nothing is known is written with dashes and nulls") {
  Record record;
  record.status = 400;
  CHECK_EQ(Text(record), "1970-01-01T00:00:00.000Z unix \"-\" 400 0 0.000ms - - - \"-\"\n");
  CHECK_EQ(Json(record),
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"peer\":\"unix\",\"port\":null,\"method\":null,\"target\":null,"
           "\"version\":null,\"status\":400,\"bytes\":0,\"duration_ms\":0.000,\"lane\":null,\"worker\":null,"
           "\"queue_ms\":null,\"user_agent\":null,\"referer\":null,\"request_id\":null}\n");
}

TEST("a request id ends the text line and is a member of the JSON object") {
  Record record;
  record.request_id = "9f2c";
  CHECK(Text(record).ends_with("\"-\" id=9f2c\n"));
  CHECK(Json(record).ends_with(",\"request_id\":\"9f2c\"}\n"));
}

TEST("times and durations keep their leading zeros") {
  Record record = ViewRecord();
  record.wall_ms = 951782400007;  // 2000-02-29T00:00:00.007Z
  record.duration_us = 61005001;
  record.queue_us = 0;
  const std::string line = Text(record);
  CHECK_EQ(line.substr(0, 25), "2000-02-29T00:00:00.007Z ");
  CHECK(line.find(" 61005.001ms view w0 queue=0.000ms ") != std::string::npos);
}

TEST("a text line cannot be forged: quotes, line breaks, control bytes, backslashes and non-ASCII are escaped") {
  Record record = ViewRecord();
  record.target = "/\" 200\r\n\\x";
  record.user_agent = "\x1b[31m\x7f\xc3\xa9";
  CHECK_EQ(Text(record),
           "2026-11-22T14:03:05.123Z 127.0.0.1 \"GET /\\x22 200\\x0D\\x0A\\x5Cx HTTP/1.1\" 200 1234 0.532ms view w0 "
           "queue=0.041ms \"\\x1B[31m\\x7F\\xC3\\xA9\"\n");
}

TEST("a JSON line escapes quotes, backslashes, control bytes and bytes that are not ASCII") {
  Record record = ViewRecord();
  record.target = "/\"\\\n\xff";
  CHECK(Json(record).find("\"target\":\"/\\\"\\\\\\u000A\\u00FF\",") != std::string::npos);
}

TEST("a target of 2048 bytes is whole and a longer one is cut") {
  Record record = ViewRecord();
  const std::string whole(2048, 'a');
  record.target = whole;
  CHECK(Text(record).find(" " + whole + " HTTP/1.1\"") != std::string::npos);
  const std::string longer(2049, 'a');
  record.target = longer;
  CHECK(Text(record).find(" " + whole + "... HTTP/1.1\"") != std::string::npos);
}

TEST("a user agent of 256 bytes is whole, and a cut never splits an escape") {
  Record record = ViewRecord();
  const std::string whole(256, 'a');
  record.user_agent = whole;
  CHECK(Text(record).ends_with(" \"" + whole + "\"\n"));
  const std::string escape_at_the_end = std::string(253, 'a') + "\n";
  record.user_agent = escape_at_the_end;
  CHECK(Text(record).ends_with(" \"" + std::string(253, 'a') + "...\"\n"));
}

TEST("no record makes a line longer than the limit, with a second line break, or with a byte that is not printable") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(1 + random() % 20000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(round % 3 == 0 ? 0xFF : round % 3 == 1 ? '"' : random());
    Record record = ViewRecord();
    record.method = record.target = record.version = record.user_agent = record.referer = record.lane = bytes;
    record.wall_ms = 253402300799999;
    record.peer_family = 6;
    record.peer_address = reinterpret_cast<const uint8_t*>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    record.bytes_sent = UINT64_MAX;
    record.duration_us = record.queue_us = INT64_MAX;
    record.worker = INT32_MAX;
    for (const std::string& line : {Text(record), Json(record)}) {
      CHECK(line.size() <= kMaxLineBytes);
      CHECK_EQ(line.find('\n'), line.size() - 1);
      CHECK(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= 0x20 && c < 0x7F; }));
    }
  }
}

TEST("a line for a terminal is short, with the status in a colour of its class") {
  std::string line;
  AppendTerminalLine(ViewRecord(), &line);
  CHECK_EQ(line, "\x1b[32m200\x1b[39m GET /path?a=b \x1b[2m0.532ms view\x1b[22m\n");
  for (const auto& [status, colour] : {std::pair{304, "36"}, {404, "33"}, {500, "31"}}) {
    Record record = ViewRecord();
    record.status = static_cast<uint16_t>(status);
    line.clear();
    AppendTerminalLine(record, &line);
    CHECK(line.starts_with("\x1b[" + std::string(colour) + "m" + std::to_string(status)));
  }
}

TEST("what pages ask of the development server itself is not shown") {
  Record record = ViewRecord();
  record.target = "/__fastserve/live.js?version=1";
  std::string line;
  AppendTerminalLine(record, &line);
  CHECK(line.empty());
}

TEST("a line for a terminal has no escape sequence of the peer") {
  Record record = ViewRecord();
  record.target = "/\x1b[2J\n";
  std::string line;
  AppendTerminalLine(record, &line);
  CHECK(line.find("/\\x1B[2J\\x0A ") != std::string::npos);
  CHECK_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST("the combined form is that of Apache and nginx, whatever a user is called") {
  const uint8_t address[] = {192, 0, 2, 1};
  Record record;
  record.wall_ms = 1795442585123;  // 2026-11-23T14:03:05.123Z
  record.peer_family = 4;
  record.peer_address = address;
  record.method = "GET";
  record.target = "/a\"b";
  record.version = "1.1";
  record.status = 200;
  record.bytes_sent = 1234;
  record.user = "ann b\n";
  record.user_agent = "curl";
  std::string line;
  AppendCombinedLine(record, &line);
  CHECK_EQ(line, std::string("192.0.2.1 - ann_b\\x0A [23/Nov/2026:14:03:05 +0000] \"GET /a\\x22b HTTP/1.1\" 200 1234 \"-\" \"curl\"\n"));
}

TEST("a client that is nobody's business has no address in a line") {
  Record record;
  record.peer_hidden = true;
  std::string line;
  AppendCombinedLine(record, &line);
  CHECK(line.starts_with("- - - ["));
}
