// Range and If-Range (RFC 9110 14.2, 13.1.5).
#include <string>

#include "native/base/clock.h"
#include "native/http/conditional.h"
#include "native/http/date.h"
#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

constexpr Validators kStrong = {"\"a\"", 784111777};
constexpr char kSame[] = "Sun, 06 Nov 1994 08:49:37 GMT";

// "whole", "416" or "first+length".
std::string Evaluate(const std::string& lines, const Validators& validators = kStrong, uint64_t size = 10,
                     const char* method = "GET") {
  const std::string input = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  const RangeResult result = EvaluateRange(head, input, validators, size);
  if (result.status == RangeStatus::kWhole) return "whole";
  if (result.status == RangeStatus::kUnsatisfiable) return "416";
  return std::to_string(result.first) + "+" + std::to_string(result.length);
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

TEST("several ranges and several lines mean the whole") {
  CHECK_EQ(Range("bytes=0-1,3-4"), "whole");
  CHECK_EQ(Range("bytes=0-1, -1"), "whole");
  CHECK_EQ(Range("bytes=-1,0-1"), "whole");
  CHECK_EQ(Range("bytes=0-,0-,0-,0-"), "whole");
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
  CHECK_EQ(IfRange("\"a\"", {"W/\"a\"", -1}), "whole");
  CHECK_EQ(IfRange("W/\"a\"", {"W/\"a\"", -1}), "whole");
  CHECK_EQ(IfRange("\"a\"", {"", 784111777}), "whole");
  CHECK_EQ(IfRange("\"a\", \"b\""), "whole");
  CHECK_EQ(IfRange("*"), "whole");
}

TEST("If-Range with a date must name exactly ours") {
  CHECK_EQ(IfRange(kSame), "0+5");
  CHECK_EQ(IfRange("Sun, 06 Nov 1994 08:49:38 GMT"), "whole");
  CHECK_EQ(IfRange("Sun, 06 Nov 1994 08:49:36 GMT"), "whole");
  CHECK_EQ(IfRange(kSame, {"\"a\"", -1}), "whole");
  CHECK_EQ(IfRange("tomorrow"), "whole");
  CHECK_EQ(IfRange(""), "whole");
}

TEST("If-Range with the date of a second that is not over is weak") {
  const int64_t soon = base::WallSeconds() + 100;
  char date[kImfFixdateLength];
  FormatImfFixdate(soon, date);
  CHECK_EQ(IfRange(std::string(date, sizeof date), {"", soon}), "whole");
}

TEST("a repeated If-Range means the whole") {
  CHECK_EQ(Evaluate("Range: bytes=0-4\r\nIf-Range: \"a\"\r\nIf-Range: \"a\"\r\n"), "whole");
}

}  // namespace fastserve::http
