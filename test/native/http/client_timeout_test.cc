// How long clients say they wait.
#include "native/http/fields/client_timeout.h"

#include <string>

#include "native/base/clock.h"
#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace fastserve::http {

namespace {

constexpr int64_t kNone = -1;

template <bool (*Parse)(std::string_view, int64_t*)>
int64_t Parsed(std::string_view text) {
  int64_t value = 0;
  return Parse(text, &value) ? value : kNone;
}

ClientTimeout Read(const std::string& lines) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  CHECK(ParseRequestHead(bytes, 0, HeadLimits{}, &head).status == ParseStatus::kDone);
  return ReadClientTimeout(head, bytes);
}

std::string Lines(uint8_t fields, int64_t left_ms) {
  std::string lines;
  AppendTimeouts(fields, left_ms, &lines);
  return lines;
}

}  // namespace

TEST("Request-Timeout is seconds with up to three decimals") {
  CHECK_EQ(Parsed<ParseTimeoutSeconds>("2"), 2000);
  CHECK_EQ(Parsed<ParseTimeoutSeconds>("0.1"), 100);
  CHECK_EQ(Parsed<ParseTimeoutSeconds>("1.025"), 1025);
  for (const char* wrong : {"", "0", "0.000", "-1", "+1", "1.", ".5", "1.0005", "1s", "1 ", "1e3", "1,5", "1234567890123", "NaN"}) {
    CHECK_EQ(Parsed<ParseTimeoutSeconds>(wrong), kNone);
  }
}

TEST("times in milliseconds are digits and nothing else") {
  CHECK_EQ(Parsed<ParseTimeoutMilliseconds>("1500"), 1500);
  for (const char* wrong : {"", "0", "-1", "1.5", "1ms", "12345678901"}) CHECK_EQ(Parsed<ParseTimeoutMilliseconds>(wrong), kNone);
}

TEST("grpc-timeout is digits and a unit, rounded up to milliseconds") {
  CHECK_EQ(Parsed<ParseGrpcTimeout>("1H"), 3'600'000);
  CHECK_EQ(Parsed<ParseGrpcTimeout>("2M"), 120'000);
  CHECK_EQ(Parsed<ParseGrpcTimeout>("3S"), 3000);
  CHECK_EQ(Parsed<ParseGrpcTimeout>("99999999m"), 99'999'999);
  CHECK_EQ(Parsed<ParseGrpcTimeout>("1500u"), 2);
  CHECK_EQ(Parsed<ParseGrpcTimeout>("1n"), 1);
  for (const char* wrong : {"", "m", "1", "0m", "1s", "1h", "100000000m", "1.5S", " 1m"}) CHECK_EQ(Parsed<ParseGrpcTimeout>(wrong), kNone);
}

TEST("a deadline is a time of RFC 3339, an HTTP date, or seconds since 1970") {
  CHECK_EQ(Parsed<ParseDeadline>("1994-11-06T08:49:37Z"), 784111777000);
  CHECK_EQ(Parsed<ParseDeadline>("1994-11-06t09:49:37.2509+01:00"), 784111777250);
  CHECK_EQ(Parsed<ParseDeadline>("1994-11-06T03:19:37-05:30"), 784111777000);
  CHECK_EQ(Parsed<ParseDeadline>("2000-02-29T00:00:00Z"), 951782400000);
  CHECK_EQ(Parsed<ParseDeadline>("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000);
  CHECK_EQ(Parsed<ParseDeadline>("784111777"), 784111777000);
  CHECK_EQ(Parsed<ParseDeadline>("@784111777.5"), 784111777500);
}

TEST("what is no real point in time is none") {
  for (const char* wrong : {"", "@", "0", "soon", "1994-11-06", "1994-11-06T08:49:37", "1994-11-06T08:49Z", "1994-13-06T08:49:37Z",
                            "1994-02-29T08:49:37Z", "1994-11-06T24:00:00Z", "1994-11-06T08:60:37Z", "1994-11-06T08:49:37.Z",
                            "1994-11-06T08:49:37+1:00", "1994-11-06T08:49:37+24:00", "94-11-06T08:49:37Z", "@1994-11-06T08:49:37Z"}) {
    CHECK_EQ(Parsed<ParseDeadline>(wrong), kNone);
  }
}

TEST("the field that gives the least time counts") {
  CHECK_EQ(Read("Request-Timeout: 2\r\ngRPC-Timeout: 500m\r\nX-Envoy-Expected-Rq-Timeout-Ms: 700\r\n").left_ms, 500);
  CHECK_EQ(Read("Connect-Timeout-Ms: 300\r\nConnect-Timeout-Ms: 200\r\n").left_ms, 200);
}

TEST("nonsense beside a time takes nothing away from it") {
  const ClientTimeout timeout = Read("grpc-timeout: soon\r\nRequest-Timeout: 1\r\n");
  CHECK_EQ(timeout.left_ms, 1000);
  CHECK_EQ(Lines(timeout.fields, 900), "Request-Timeout: 0.900\r\n");
}

TEST("a request that says nothing has all the time") {
  CHECK_EQ(Read("Request-Timeout: 0\r\nTimeout: 5\r\n").left_ms, ClientTimeout::kNone);
}

TEST("a deadline is judged by the wall clock, and may be over") {
  CHECK(Read("X-Request-Deadline: @784111777\r\n").left_ms < 0);
  const int64_t left_ms = Read("X-Request-Deadline: " + std::to_string(base::WallMs() / 1000 + 60) + "\r\n").left_ms;
  CHECK(left_ms > 50'000);
  CHECK(left_ms <= 60'000);
}

TEST("what is left is said in the fields and the units of the request") {
  const uint8_t all = Read("X-Envoy-Expected-Rq-Timeout-Ms: 1\r\ngrpc-timeout: 1S\r\nRequest-Timeout: 1\r\nConnect-Timeout-Ms: 1\r\n").fields;
  CHECK_EQ(Lines(all, 1050),
           "Request-Timeout: 1.050\r\ngrpc-timeout: 1050m\r\nConnect-Timeout-Ms: 1050\r\nX-Envoy-Expected-Rq-Timeout-Ms: 1050\r\n");
  CHECK_EQ(Lines(Read("grpc-timeout: 99999999S\r\n").fields, 99'999'999'000), "grpc-timeout: 99999999S\r\n");
  CHECK_EQ(Lines(Read("Request-Timeout: 3\r\n").fields, -5), "Request-Timeout: 0.001\r\n");
  CHECK_EQ(Lines(WithoutTimeouts(all, {"grpc-timeout", "x-other", "request-timeout"}), 7),
           "Connect-Timeout-Ms: 7\r\nX-Envoy-Expected-Rq-Timeout-Ms: 7\r\n");
}

}  // namespace fastserve::http
