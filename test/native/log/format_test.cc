#include "native/log/format.h"

#include <string>
#include <vector>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using log::Format;

namespace {

Format Compiled(std::string_view text) {
  Format format;
  variables::TemplateError error;
  if (!Format::Compile(text, &format, &error)) testing::Fail(__FILE__, __LINE__, error.message);
  return format;
}

std::string Problem(std::string_view text) {
  Format format;
  variables::TemplateError error;
  return Format::Compile(text, &format, &error) ? "" : error.message;
}

log::Record Record() {
  static constexpr uint8_t kAddress[] = {192, 0, 2, 1};
  log::Record record;
  record.wall_ms = 1795442585123;
  record.peer_family = 4;
  record.peer_address = kAddress;
  record.method = "GET";
  record.target = "/a\"\n";
  record.version = "1.1";
  record.status = 200;
  record.duration_us = 1500000;
  record.queue_us = 2000;
  record.worker = 3;
  record.lane = "view";
  return record;
}

std::vector<std::string> Captured(const Format& format, const variables::RequestFacts& facts, const log::Policy& policy) {
  std::vector<std::string> values;
  format.Capture(facts, policy, &values);
  return values;
}

std::string Line(const Format& format, const std::vector<std::string>& captured = {}) {
  std::string line, scratch;
  format.AppendLine(Record(), captured.empty() ? nullptr : captured.data(), &scratch, &line);
  return line;
}

}  // namespace

TEST("a form of one's own has the variables of the answer, and what is not there is a dash") {
  CHECK_EQ(Line(Compiled("$remote_addr $remote_user [$time_local] $status ${request_time}s q=$queue_time w$worker $lane $$ $upstream_status")),
           std::string("192.0.2.1 - [23/Nov/2026:14:03:05 +0000] 200 1.500s q=0.002 w3 view $ -\n"));
}

TEST("what a peer sends stays one line and within its quotation, in text and in JSON") {
  CHECK_EQ(Line(Compiled("\"$request\" \"$http_x\""), {"a\"b\\c\n"}),
           std::string("\"GET /a\\x22\\x0A HTTP/1.1\" \"a\\x22b\\x5Cc\\x0A\"\n"));
  CHECK_EQ(Line(Compiled("{\"uri\":\"$request_uri\",\"x\":\"$http_x\",\"user\":\"$remote_user\"}"), {"a\"\n"}),
           std::string("{\"uri\":\"/a\\\"\\u000A\",\"x\":\"a\\\"\\u000A\",\"user\":\"\"}\n"));
}

TEST("a line is never longer than a pipe takes whole") {
  const std::string text = "$http_a $http_b $http_c $http_d $http_e $http_f " + std::string(900, 'x');
  const std::string line = Line(Compiled(text), std::vector<std::string>(6, std::string(5000, '\n')));
  CHECK(line.size() <= log::kMaxLineBytes);
  CHECK(line.ends_with("x\n"));
}

TEST("values of queries are written as the policy lets them") {
  const std::string text = "GET /?token=secret&x=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  http::RequestHead head;
  http::ParseRequestHead(text, 0, http::HeadLimits{}, &head);
  variables::RequestFacts facts;
  facts.head = &head;
  facts.head_bytes = text;
  log::Policy policy;
  policy.redacted = {"token"};
  const Format format = Compiled("$args $arg_token $arg_x $http_host");
  CHECK_EQ(Line(format, Captured(format, facts, policy)), std::string("token=[redacted]&x=1 [redacted] 1 a\n"));
  policy.drops_query = true;
  CHECK_EQ(Line(format, Captured(format, facts, policy)), std::string("- [redacted] [redacted] a\n"));
}

TEST("a form that is none, or that would keep secrets, is refused") {
  CHECK(Problem("$nothing_such").find("unknown variable $nothing_such") != std::string::npos);
  CHECK(Problem("$").find("needs a variable's name") != std::string::npos);
  CHECK(Problem("${status").find("needs a variable's name") != std::string::npos);
  CHECK_EQ(Problem("$http_authorization"), std::string("$http_authorization is nothing that a log shall keep"));
  CHECK(!Problem(std::string(2000, 'x')).empty());
}

TEST("members of an object are typed, in their order, and null where there is nothing") {
  Format format;
  std::string problem;
  const Format::Members members = {{"at", "time"}, {"status", "status"}, {"ms", "duration_ms"}, {"who \"", "remote_user"},
                                      {"key", "http_x_key"}, {"up", "upstream_addr"}, {"worker", "worker"}, {"took", "view_time"}};
  REQUIRE(Format::OfMembers(members, &format, &problem));
  CHECK_EQ(Line(format, {"a\"\n"}),
           std::string("{\"at\":\"2026-11-23T14:03:05.123Z\",\"status\":200,\"ms\":1500.000,\"who \\\"\":null,\"key\":\"a\\\"\\u000A\",\"up\":null,"
                       "\"worker\":3,\"took\":null}\n"));
  CHECK(Line(format).find("\"key\":null") != std::string::npos);
}

TEST("an object's line is never longer than a pipe takes whole") {
  Format format;
  std::string problem;
  Format::Members members;
  for (int i = 0; i < 64; ++i) members.emplace_back("n" + std::to_string(i), "http_x");
  REQUIRE(Format::OfMembers(members, &format, &problem));
  const std::string line = Line(format, std::vector<std::string>(64, std::string(2000, '\n')));
  CHECK(line.size() <= log::kMaxLineBytes);
  CHECK(line.ends_with("}\n"));
}

TEST("members that are no variables, or secrets, are refused") {
  Format format;
  std::string problem;
  CHECK(!Format::OfMembers({{"a", "nothing_such"}}, &format, &problem));
  CHECK(problem.find("unknown variable $nothing_such") != std::string::npos);
  CHECK(!Format::OfMembers({{"a", "sent_http_set_cookie"}}, &format, &problem));
  CHECK_EQ(problem, std::string("$sent_http_set_cookie is nothing that a log shall keep"));
}

TEST("fields of the answer are found by name, whatever their case") {
  log::Record record = Record();
  record.sent_fields = "Content-Type: text/html\r\nX-Kind:  b\r\n";
  std::string line, scratch;
  Compiled("$sent_http_content_type|$sent_http_x_kind|$sent_http_x").AppendLine(record, nullptr, &scratch, &line);
  CHECK_EQ(line, std::string("text/html|b|-\n"));
}
