// HTTP dates (RFC 9110 5.6.7).
#include <time.h>

#include <string>

#include "native/base/clock.h"
#include "native/http/grammar/date.h"
#include "test/native/testing.h"

namespace fastserve::http {

namespace {

constexpr int64_t kExample = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

std::string Format(int64_t seconds) {
  char out[kImfFixdateLength];
  FormatImfFixdate(seconds, out);
  return std::string(out, sizeof out);
}

// The C library's answer.
std::string Expected(int64_t seconds, const char* format) {
  const time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  char out[64];
  return std::string(out, strftime(out, sizeof out, format, &parts));
}

bool Parses(const std::string& text) {
  int64_t seconds = 0;
  return ParseHttpDate(text, &seconds);
}

int64_t Parsed(const std::string& text) {
  int64_t seconds = -99;
  CHECK(ParseHttpDate(text, &seconds));
  return seconds;
}

}  // namespace

TEST("a date is written as IMF-fixdate") {
  CHECK_EQ(Format(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK_EQ(Format(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK_EQ(Format(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK_EQ(Format(253402300799), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST("dates over 8,000 years agree with the C library and survive the way back") {
  for (int64_t seconds = 0; seconds <= 253402300799; seconds += 12345678 + seconds % 86399) {
    const std::string text = Format(seconds);
    CHECK_EQ(text, Expected(seconds, "%a, %d %b %Y %H:%M:%S GMT"));
    CHECK_EQ(Parsed(text), seconds);
  }
}

TEST("all three formats are read") {
  CHECK_EQ(Parsed("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
  CHECK_EQ(Parsed("Sunday, 06-Nov-94 08:49:37 GMT"), kExample);
  CHECK_EQ(Parsed("Sun Nov  6 08:49:37 1994"), kExample);
  CHECK_EQ(Parsed("Wed Nov 16 08:49:37 1994"), kExample + 10 * 86400);
  CHECK_EQ(Parsed("Wed, 31 Dec 1969 23:59:59 GMT"), -1);
}

TEST("a two-digit year is the latest that is at most 50 years ahead") {
  const int64_t now = base::WallSeconds();
  const int64_t year = 31557600;
  for (const int64_t ahead : {-49, -20, 0, 20, 49}) {
    const int64_t seconds = now + ahead * year;
    CHECK_EQ(Parsed(Expected(seconds, "%A, %d-%b-%y %H:%M:%S GMT")), seconds);
  }
  const int64_t far = now + 52 * year;
  int64_t seconds = 0;
  // The weekday differs a century earlier, so that date is not real: it must not be taken for the future one.
  CHECK(!ParseHttpDate(Expected(far, "%A, %d-%b-%y %H:%M:%S GMT"), &seconds) || seconds < now);
}

TEST("a leap second is read as the second behind it") {
  CHECK_EQ(Parsed("Sat, 31 Dec 2016 23:59:60 GMT"), Parsed("Sun, 01 Jan 2017 00:00:00 GMT"));
}

TEST("what is no real date is refused") {
  for (const char* text : {"", "0", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Mon, 06 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
                           "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Wed, 31 Nov 1994 08:49:37 GMT", "Wed, 29 Feb 1995 08:49:37 GMT",
                           "Thu, 29 Feb 1900 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:3a GMT",
                           "Sun, 06 Nov 1994 08:49:37 +0000", "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 94",
                           "Sun, 06 Nov 0000 08:49:37 GMT", "784111777"}) {
    CHECK(!Parses(text));
  }
}

TEST("a date that was valid once is, and its neighbours are judged anew") {
  for (int i = 0; i < 2; ++i) {
    CHECK(IsHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"));
    CHECK(!IsHttpDate("Sun, 06 Nov 1994 08:49:37 GMX"));
    CHECK(!IsHttpDate("Sun, 31 Nov 1994 08:49:37 GMT"));
    CHECK(IsHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"));
    CHECK(!IsHttpDate(""));
  }
}

}  // namespace fastserve::http
