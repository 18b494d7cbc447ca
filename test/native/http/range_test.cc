// Range and If-Range (RFC 9110 14.2, 13.1.5).
#include <algorithm>
#include <string>

#include "native/base/clock.h"
#include "native/http/conditional/conditional.h"
#include "native/http/grammar/date.h"
#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

constexpr Validators kStrong = {"\"a\"", 784111777, false};
constexpr char kSame[] = "Sun, 06 Nov 1994 08:49:37 GMT";

// "whole", "416" or "first+length" for each range.
std::string Evaluate(const std::string& lines, const Validators& validators = kStrong, uint64_t size = 10,
                     const char* method = "GET") {
  const std::string input = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  const RangeResult result = EvaluateRange(head, input, validators, size);
  if (result.status == RangeStatus::kWhole) return "whole";
  if (result.status == RangeStatus::kUnsatisfiable) return "416";
  std::string text;
  for (uint8_t i = 0; i < result.count; ++i) {
    if (i > 0) text += ' ';
    text += std::to_string(result.ranges[i].first) + "+" + std::to_string(result.ranges[i].length);
  }
  return text;
}

std::string Range(const std::string& value, uint64_t size = 10) {
  return Evaluate("Range: " + value + "\r\n", kStrong, size);
}
std::string IfRange(const std::string& value, const Validators& validators = kStrong) {
  return Evaluate("Range: bytes=0-4\r\nIf-Range: " + value + "\r\n", validators);
}

}  // namespace

TEST("a range is first to last, from first, or the last bytes") {
  CHECK_EQ(Range("bytes=0-4"), "0+5");
  CHECK_EQ(Range("bytes=3-3"), "3+1");
  CHECK_EQ(Range("bytes=5-"), "5+5");
  CHECK_EQ(Range("bytes=0-"), "0+10");
  CHECK_EQ(Range("bytes=-3"), "7+3");
  CHECK_EQ(Range("BYTES=0-4"), "0+5");
  CHECK_EQ(Range("bytes=00-004"), "0+5");
}

TEST("a range that reaches behind the end is cut there") {
  CHECK_EQ(Range("bytes=5-99"), "5+5");
  CHECK_EQ(Range("bytes=9-10"), "9+1");
  CHECK_EQ(Range("bytes=-10"), "0+10");
  CHECK_EQ(Range("bytes=-11"), "0+10");
}

TEST("a range behind the end or of no bytes is not satisfiable") {
  CHECK_EQ(Range("bytes=10-"), "416");
  CHECK_EQ(Range("bytes=10-20"), "416");
  CHECK_EQ(Range("bytes=-0"), "416");
  CHECK_EQ(Range("bytes=0-", 0), "416");
  CHECK_EQ(Range("bytes=-5", 0), "whole");
}

TEST("huge numbers do not wrap") {
  CHECK_EQ(Range("bytes=5-18446744073709551615"), "5+5");
  CHECK_EQ(Range("bytes=5-18446744073709551616"), "5+5");
  CHECK_EQ(Range("bytes=5-99999999999999999999999999"), "5+5");
  CHECK_EQ(Range("bytes=18446744073709551616-"), "416");
  CHECK_EQ(Range("bytes=18446744073709551617-18446744073709551618"), "416");
  CHECK_EQ(Range("bytes=-18446744073709551617"), "0+10");
  CHECK_EQ(Range("bytes=0-", UINT64_MAX), "0+18446744073709551615");
}

TEST("a syntax error means the whole") {
  for (const char* value : {"bytes=4-3", "bytes=", "bytes", "bytes=-", "bytes=a-b", "bytes=0x1-2", "bytes=1",
                            "bytes=1-2-3", "bytes=--1", "bytes=+1-2", "bytes= 0-4", "bytes =0-4", "bytes=0 -4",
                            "bytes=0- 4", "bytes:0-4", "=0-4", "", "bytes=0-4;", "bytes=1.0-2"}) {
    CHECK_EQ(Range(value), "whole");
  }
}

TEST("several ranges stay in the order they were asked for") {
  CHECK_EQ(Range("bytes=0-1,4-5,8-9"), "0+2 4+2 8+2");
  CHECK_EQ(Range("bytes=8-9,0-1"), "8+2 0+2");
  CHECK_EQ(Range("bytes=0-1,-1"), "0+2 9+1");
}

TEST("ranges that overlap or touch become one in the place of the first") {
  CHECK_EQ(Range("bytes=0-3,2-5"), "0+6");
  CHECK_EQ(Range("bytes=0-3,4-5"), "0+6");
  CHECK_EQ(Range("bytes=4-5,0-3"), "0+6");
  CHECK_EQ(Range("bytes=2-3,2-3,2-3"), "2+2");
  CHECK_EQ(Range("bytes=0-4,1-2"), "0+5");
  CHECK_EQ(Range("bytes=8-8,0-1,4-5,2-3"), "8+1 0+6");
  CHECK_EQ(Range("bytes=0-0,2-2,4-4,1-3"), "0+5");
}

TEST("empty elements and white space around the commas count for nothing") {
  CHECK_EQ(Range("bytes=0-1, -1"), "0+2 9+1");
  CHECK_EQ(Range("bytes=0-1 ,\t4-5"), "0+2 4+2");
  CHECK_EQ(Range("bytes=,,0-1,, ,"), "0+2");
  CHECK_EQ(Range("bytes=,"), "whole");
}

TEST("ranges behind the end are left out, and nothing left is 416") {
  CHECK_EQ(Range("bytes=0-1,10-20"), "0+2");
  CHECK_EQ(Range("bytes=10-,-0,0-1,8-99"), "0+2 8+2");
  CHECK_EQ(Range("bytes=1000-,2000-3000"), "416");
  CHECK_EQ(Range("bytes=0-,5-5", 0), "416");
}

TEST("one syntax error spoils the whole set") {
  for (const char* value : {"bytes=0-1,x", "bytes=0-1,4-3", "bytes=-,0-1", "bytes=0-1;4-5", "bytes=0-1,bytes=4-5"}) {
    CHECK_EQ(Range(value), "whole");
  }
}

TEST("more than sixteen ranges mean the whole") {
  std::string value = "bytes=0-0";
  for (int i = 1; i < 16; ++i) value += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  const std::string sixteen = Range(value, 100);
  CHECK_EQ(std::count(sixteen.begin(), sixteen.end(), '+'), 16);
  CHECK_EQ(Range(value + ",90-90", 100), "whole");
  CHECK_EQ(Range(value + ",900-", 100), "whole");
}

TEST("ranges that ask for more than there is mean the whole") {
  CHECK_EQ(Range("bytes=0-,0-,0-,0-"), "whole");
  CHECK_EQ(Range("bytes=0-9,0-0"), "whole");
  CHECK_EQ(Range("bytes=0-4,5-9"), "0+10");
  CHECK_EQ(Range("bytes=0-,0-", UINT64_MAX), "whole");
}

TEST("sets cover exactly the bytes that were asked for, and none of their ranges touch") {
  uint32_t state = 1;
  const auto random = [&](uint32_t below) { return (state = state * 1664525 + 1013904223) / 65536 % below; };
  for (int round = 0; round < 20'000; ++round) {
    std::string value = "bytes=";
    bool wanted[48] = {};
    for (uint32_t i = random(6) + 1; i > 0; --i) {
      const uint32_t first = random(40);
      const uint32_t last = first + random(4);
      value += std::to_string(first) + "-" + std::to_string(last) + (i > 1 ? "," : "");
      std::fill(wanted + first, wanted + last + 1, true);
    }
    RequestHead head;
    const std::string input = "GET / HTTP/1.1\r\nHost: a\r\nRange: " + value + "\r\n\r\n";
    CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
    const RangeResult set = EvaluateRange(head, input, kStrong, 48);
    REQUIRE(set.status == RangeStatus::kPartial);
    bool had[50] = {};
    for (uint8_t i = 0; i < set.count; ++i) {
      const auto [first, length] = set.ranges[i];
      REQUIRE((first == 0 || !had[first - 1]) && !had[first] && !had[first + length]);
      std::fill(had + first, had + first + length, true);
    }
    REQUIRE(std::equal(wanted, wanted + 48, had));
  }
}

TEST("two Range lines mean the whole") {
  CHECK_EQ(Evaluate("Range: bytes=0-1\r\nRange: bytes=0-1\r\n"), "whole");
}

TEST("another unit means the whole") {
  for (const char* value : {"items=0-4", "byte=0-4", "bytesx=0-4", "none"}) CHECK_EQ(Range(value), "whole");
}

TEST("only GET has ranges") {
  CHECK_EQ(Evaluate("Range: bytes=0-4\r\n", kStrong, 10, "HEAD"), "whole");
  CHECK_EQ(Evaluate("Range: bytes=0-4\r\n", kStrong, 10, "POST"), "whole");
}

TEST("If-Range without Range changes nothing") { CHECK_EQ(Evaluate("If-Range: \"a\"\r\n"), "whole"); }

TEST("If-Range with an entity-tag compares strongly") {
  CHECK_EQ(IfRange("\"a\""), "0+5");
  CHECK_EQ(IfRange("\"b\""), "whole");
  CHECK_EQ(IfRange("W/\"a\""), "whole");
  CHECK_EQ(IfRange("\"a\"", {"W/\"a\"", -1, false}), "whole");
  CHECK_EQ(IfRange("W/\"a\"", {"W/\"a\"", -1, false}), "whole");
  CHECK_EQ(IfRange("\"a\"", {"", 784111777, false}), "whole");
  CHECK_EQ(IfRange("\"a\", \"b\""), "whole");
  CHECK_EQ(IfRange("*"), "whole");
}

TEST("If-Range with a date must name exactly ours") {
  CHECK_EQ(IfRange(kSame), "0+5");
  CHECK_EQ(IfRange("Sun, 06 Nov 1994 08:49:38 GMT"), "whole");
  CHECK_EQ(IfRange("Sun, 06 Nov 1994 08:49:36 GMT"), "whole");
  CHECK_EQ(IfRange(kSame, {"\"a\"", -1, false}), "whole");
  CHECK_EQ(IfRange("tomorrow"), "whole");
  CHECK_EQ(IfRange(""), "whole");
}

TEST("If-Range with a date never holds where other codings may share it") {
  CHECK_EQ(IfRange(kSame, {"\"a\"", 784111777, true}), "whole");
  CHECK_EQ(IfRange("\"a\"", {"\"a\"", 784111777, true}), "0+5");
}

TEST("If-Range with the date of a second that is not over is weak") {
  const int64_t soon = base::WallSeconds() + 100;
  char date[kImfFixdateLength];
  FormatImfFixdate(soon, date);
  CHECK_EQ(IfRange(std::string(date, sizeof date), {"", soon, false}), "whole");
}

TEST("a repeated If-Range means the whole") {
  CHECK_EQ(Evaluate("Range: bytes=0-4\r\nIf-Range: \"a\"\r\nIf-Range: \"a\"\r\n"), "whole");
}

}  // namespace fastserve::http
