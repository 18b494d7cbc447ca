// What passes through the proxy in either direction.
#include <memory>
#include <string>

#include "native/http/request/request_parser.h"
#include "native/proxy/request_writer.h"
#include "native/proxy/response_fields.h"
#include "test/native/testing.h"

namespace fastserve::proxy {

namespace {

struct Request {
  std::string bytes;
  std::unique_ptr<http::RequestHead> head = std::make_unique<http::RequestHead>();

  explicit Request(std::string text) : bytes(std::move(text)) {
    CHECK_EQ(http::ParseRequestHead(bytes, 0, {}, head.get()).status, http::ParseStatus::kDone);
  }
};

std::string TargetOf(const std::string& target, std::string_view path, size_t prefix_length) {
  const Request request("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string out;
  AppendTarget(*request.head, request.bytes, path, prefix_length, &out);
  return out;
}

TEST("a target without a prefix to take away passes as it was sent") {
  CHECK_EQ(TargetOf("/api/%2e%2e/x?a=%00", "/x", 0), "/api/%2e%2e/x?a=%00");
  CHECK_EQ(TargetOf("/a//b?", "/a//b", 0), "/a//b?");
}

TEST("a prefix is taken away where the rest means the same without it") {
  CHECK_EQ(TargetOf("/api/a%2Fb", "/api/a/b", 4), "/a%2Fb");
  CHECK_EQ(TargetOf("/api", "/api", 4), "/");
  CHECK_EQ(TargetOf("/%61pi/b", "/api/b", 4), "/b");
  CHECK_EQ(TargetOf("/api/%2e%2e/api/secret%20x", "/api/secret x", 4), "/secret%20x");
  CHECK_EQ(TargetOf("/api/../api/x", "/api/x", 4), "/x");
}

TEST("only a GET without content with one listed protocol that Connection names switches") {
  RuleSpec rule;
  rule.upgrades = {"websocket"};
  const auto wanted = [&](const std::string& method, const std::string& lines) {
    const Request request(method + " / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
    return std::string(WantedUpgrade(*request.head, request.bytes, rule));
  };
  CHECK_EQ(wanted("GET", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n"), "WebSocket");
  CHECK_EQ(wanted("GET", "Upgrade: websocket\r\n"), "");
  CHECK_EQ(wanted("GET", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), "");
  CHECK_EQ(wanted("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n"), "");
  CHECK_EQ(wanted("POST", "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n"), "");
  CHECK_EQ(wanted("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n"), "");
}

TEST("trailers of requests pass when this server knows no meaning of them, and nobody could be deceived by them") {
  RuleSpec rule;
  rule.set_names = {"x-ours"};
  std::string out;
  AppendRequestTrailers(
      "X-Checksum: 1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: b\r\nCookie: a=b\r\nAuthorization: x\r\n"
      "X-Forwarded-For: 1\r\nX-Real-IP: 1\r\nX_User: 1\r\nX-Ours: 1\r\nProxy-Authorization: x\r\nX-Accel-Redirect: /\r\nserver-timing: a\r\n"
      "X-Last: 2\r\n",
      rule, &out);
  CHECK_EQ(out.substr(0, 15), "X-Checksum: 1\r\n");
  for (const char* name : {"ontent-", "ransfer", "ost:", "ookie", "uthorization", "orwarded", "eal-IP", "X_User", "Ours", "Accel"}) {
    CHECK_EQ(out.find(name), std::string::npos);
  }
  CHECK(out.ends_with("X-Last: 2\r\n"));
}

TEST("a request that is traced has one traceparent, this server's; tracestate stays where the trace goes on") {
  const Request request("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: theirs\r\nTracestate: s=1\r\n\r\n");
  const auto written = [&](const ClientFacts& facts) {
    std::string out;
    AppendRequestFields(*request.head, request.bytes, {}, facts, "a", "", &out);
    return out;
  };
  CHECK(written({}).find("traceparent: theirs\r\nTracestate: s=1\r\n") != std::string::npos);
  ClientFacts traced;
  traced.trace_parent = "ours";
  CHECK(written(traced).find("Tracestate") == std::string::npos);
  traced.continues_trace = true;
  const std::string continued = written(traced);
  CHECK(continued.find("traceparent: ours\r\n") != std::string::npos);
  CHECK(continued.find("theirs") == std::string::npos);
  CHECK(continued.find("Tracestate: s=1") != std::string::npos);
}

TEST("Via names the protocol in which the request came") {
  const Request request("GET / HTTP/1.0\r\nHost: a\r\nVia: 1.1 before\r\n\r\n");
  std::string out;
  AppendRequestFields(*request.head, request.bytes, {}, {}, "a", {}, &out);
  CHECK(out.ends_with("Via: 1.1 before, 1.0 fastserve\r\n"));
}

TEST("a trusted proxy's list is kept, and its address goes behind it") {
  const Request request("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 2001:db8::1\r\nX-Forwarded-For: 10.0.0.2\r\n\r\n");
  ClientFacts facts;
  facts.client = {6, {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  facts.peer = {4, {10, 0, 0, 1}};
  facts.trusted = facts.tls = true;
  std::string out;
  AppendRequestFields(*request.head, request.bytes, {}, facts, "a", {}, &out);
  CHECK_EQ(out, "Host: a\r\nX-Forwarded-For: 2001:db8::1, 10.0.0.2, 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a\r\n"
                "Forwarded: for=\"[2001:db8::1]\";host=\"a\";proto=https\r\nVia: 1.1 fastserve\r\n");
}

std::string Reference(std::string_view reference, bool strip) {
  RuleSpec rule;
  rule.prefix = "/app/";
  rule.strip_prefix = strip;
  std::string out;
  AppendPublicReference(reference, rule, {"https", "site.example", "10.0.0.5:9000"}, &out);
  return out;
}

TEST("references to the upstream become public ones") {
  CHECK_EQ(Reference("http://10.0.0.5:9000/x?y#z", false), "https://site.example/x?y#z");
  CHECK_EQ(Reference("http://10.0.0.5:9000", true), "https://site.example/app");
  CHECK_EQ(Reference("/x", true), "/app/x");
  CHECK_EQ(Reference("/x", false), "/x");
  CHECK_EQ(Reference("x", true), "x");
  CHECK_EQ(Reference("//elsewhere/x", true), "//elsewhere/x");
  CHECK_EQ(Reference("http://10.0.0.5:9000.evil.example/x", true), "http://10.0.0.5:9000.evil.example/x");
}

TEST("cookies lose the upstream's domain and get the prefix") {
  RuleSpec rule;
  rule.prefix = "/app/";
  rule.strip_prefix = true;
  const auto rewritten = [&](std::string_view value) {
    std::string out;
    AppendPublicCookie(value, rule, {"https", "site.example", "backend.local:9000"}, &out);
    return out;
  };
  CHECK_EQ(rewritten("a=/; Path=/; Domain=.backend.local; Secure"), "a=/; Path=/app/; Secure");
  CHECK_EQ(rewritten("a=1;domain=other.example;path=/x"), "a=1;domain=other.example; path=/app/x");
  CHECK_EQ(rewritten("path=/x"), "path=/x");
}

TEST("the first valid Date of an answer passes; an invalid one is left to this server's clock") {
  const auto passed = [](const std::string& lines) {
    const std::string bytes = "HTTP/1.1 200 OK\r\n" + lines + "Content-Length: 0\r\n\r\n";
    const auto head = std::make_unique<ResponseHead>();
    CHECK_EQ(ParseResponseHead(bytes, false, head.get()), http::ParseStatus::kDone);
    std::string out;
    const AnswerSignals signals = AppendResponseFields(*head, bytes, {}, {}, Reader::kClient, &out);
    CHECK_EQ(signals.has_date, out.starts_with("Date: "));
    return out.substr(0, out.find("Content-Length"));
  };
  const std::string date = "Date: Tue, 02 Jan 2024 03:04:05 GMT\r\n";
  CHECK_EQ(passed(date), date);
  CHECK_EQ(passed("Date: yesterday\r\n"), "");
  CHECK_EQ(passed("Date: yesterday\r\n" + date), date);
  CHECK_EQ(passed(date + "Date: Wed, 03 Jan 2024 03:04:05 GMT\r\n"), date);
}

TEST("trailers that frame, route or control the answer stay") {
  std::string out;
  AppendTrailers("X-Sum: 1\r\nContent-Length: 5\r\nSet-Cookie: a\r\nTransfer-Encoding: x\r\nServer-Timing: db;dur=1\r\n", {}, &out);
  CHECK_EQ(out, "X-Sum: 1\r\nServer-Timing: db;dur=1\r\n");
}

}  // namespace

}  // namespace fastserve::proxy
