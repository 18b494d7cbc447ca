// Limits on whole and on unfinished heads.
#include <string>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

ParseResult Parse(std::string_view input, const HeadLimits& limits = {}, size_t scanned = 0) {
  RequestHead head;
  return ParseExactly(input, scanned, limits, &head);
}

// The verdict on bytes that arrive in pieces of `step` bytes, each parsed with what was scanned before.
ParseResult ParseInPieces(std::string_view input, size_t step, const HeadLimits& limits, size_t* taken) {
  ParseResult result = {ParseStatus::kPartial, HttpError::kNone};
  size_t size = 0;
  while (size < input.size() && result.status == ParseStatus::kPartial) {
    const size_t scanned = size;
    size = std::min(size + step, input.size());
    RequestHead head;
    result = ParseRequestHead(input.substr(0, size), scanned, limits, &head);
  }
  *taken = size;
  return result;
}

}  // namespace

TEST("a request line may be as long as the limit and no longer") {
  const HeadLimits limits{.request_line = 100, .head = 1000, .field_count = 10};
  const auto line = [](size_t length) { return "GET /" + std::string(length - 14, 'a') + " HTTP/1.1"; };
  CHECK_EQ(line(100).size(), 100u);
  RequestHead head;
  CHECK(Accepted(WithLine(line(100)), &head, limits));
  for (size_t length = 101; length < 130; ++length) {
    CHECK(Refused(WithLine(line(length)), HttpError::kTargetTooLong, limits));
  }
}

TEST("a target without end is refused when the limit is reached") {
  const HeadLimits limits{.request_line = 100, .head = 1000, .field_count = 10};
  CHECK_EQ(Parse("GET /" + std::string(94, 'a'), limits).status, ParseStatus::kPartial);
  CHECK_EQ(Parse("GET /" + std::string(95, 'a'), limits).error, HttpError::kTargetTooLong);
  CHECK_EQ(Parse("GET /" + std::string(65536, 'a')).error, HttpError::kTargetTooLong);
  size_t taken = 0;
  const std::string endless = "GET /" + std::string(1 << 16, 'a');
  CHECK_EQ(ParseInPieces(endless, 1000, {}, &taken).error, HttpError::kTargetTooLong);
  CHECK(taken < 9500);
}

TEST("a method limit below 32 bytes comes from the request-line limit") {
  const HeadLimits limits{.request_line = 8, .head = 1000, .field_count = 10};
  CHECK_EQ(Parse("AAAAAAAAA", limits).error, HttpError::kMethodTooLong);
  CHECK_EQ(Parse("AAAAAAAA / HTTP/1.1\r\n", limits).error, HttpError::kTargetTooLong);
}

TEST("an endless method is refused early") {
  size_t taken = 0;
  CHECK_EQ(ParseInPieces("G" + std::string(65536, 'A'), 1, {}, &taken).error, HttpError::kMethodTooLong);
  CHECK_EQ(taken, 33u);
}

TEST("a head may be as long as the limit and no longer") {
  const std::string input = Get("X-A: " + std::string(100, 'v') + "\r\n");
  const HeadLimits exact{.request_line = 100, .head = static_cast<uint32_t>(input.size()), .field_count = 10};
  RequestHead head;
  CHECK(Accepted(input, &head, exact));
  for (uint32_t limit = 40; limit < input.size(); ++limit) {
    CHECK(Refused(input, HttpError::kHeadTooLarge, {.request_line = 100, .head = limit, .field_count = 10}));
  }
}

TEST("a value without end and fields without end are refused at the limit") {
  size_t taken = 0;
  const std::string value = "GET / HTTP/1.1\r\nX: " + std::string(1 << 17, 'a');
  for (const size_t step : {1u, 777u, 65536u}) {
    CHECK_EQ(ParseInPieces(value, step, {}, &taken).error, HttpError::kHeadTooLarge);
    CHECK(taken < 32768 + step);
  }
  std::string fields = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 2000; ++i) fields += "X-Filler: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n";
  CHECK_EQ(ParseInPieces(fields, 777, {}, &taken).error, HttpError::kTooManyFields);
}

TEST("no setting lets a head grow beyond 16-bit offsets") {
  const HeadLimits limits{.request_line = 1 << 30, .head = 1 << 30, .field_count = 65535};
  CHECK_EQ(Parse("GET /" + std::string(1 << 17, 'a'), limits).error, HttpError::kHeadTooLarge);
  std::string fields = "GET / HTTP/1.0\r\n";
  for (int i = 0; i < 300; ++i) fields += "a:\r\n";
  CHECK_EQ(Parse(fields + "\r\n", limits).error, HttpError::kTooManyFields);
}

TEST("as many fields as the limit are accepted, one more is refused at its first byte") {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X-" + std::to_string(i) + ": v\r\n";
  RequestHead head;
  REQUIRE(Accepted(Get(fields), &head));
  CHECK_EQ(head.field_count, 100);
  CHECK(Refused(Get(fields + "X-A: b\r\n"), HttpError::kTooManyFields));
  CHECK_EQ(Parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "X").error, HttpError::kTooManyFields);
}

TEST("a name of 255 bytes is accepted and a longer one is refused before its colon") {
  RequestHead head;
  REQUIRE(Accepted(Get(std::string(255, 'n') + ": v\r\n"), &head));
  CHECK_EQ(head.fields[1].name_length, 255);
  CHECK(Refused(Get(std::string(256, 'n') + ": v\r\n"), HttpError::kHeadTooLarge));
  CHECK_EQ(Parse("GET / HTTP/1.1\r\n" + std::string(256, 'n')).error, HttpError::kHeadTooLarge);
}

TEST("a large but allowed head is accepted however it arrives") {
  std::string lines;
  for (int i = 0; i < 7; ++i) lines += "X-" + std::to_string(i) + ": " + std::string(4000, 'v') + "\r\n";
  const std::string input = Get(lines);
  for (const size_t step : {1u, 2u, 3u, 511u, 4096u}) {
    size_t taken = 0;
    CHECK_EQ(ParseInPieces(input, step, {}, &taken).status, ParseStatus::kDone);
    CHECK_EQ(taken, input.size());
  }
}

TEST("a bad line in a large head is refused when the line ends, however it arrives") {
  const std::string input = Get("X-A: " + std::string(2000, 'v') + "\r\nX B: c\r\n");
  for (const size_t step : {1u, 2u, 3u, 511u}) {
    size_t taken = 0;
    CHECK_EQ(ParseInPieces(input, step, {}, &taken).error, HttpError::kBadField);
  }
}

}  // namespace fastserve::http
