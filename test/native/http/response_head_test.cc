// Status lines, the Date field, checked field blocks.
#include <string>

#include "native/http/response/response_head.h"
#include "test/native/testing.h"

namespace fastserve::http {

using namespace std::string_view_literals;

namespace {

// What AppendCheckedFields makes of a block: the text, or the status as "#n".
std::string Append(std::string_view block, int64_t* declared_length) {
  std::string out = "before|";
  const FieldBlockStatus status = AppendCheckedFields(std::string(block), &out, declared_length);
  if (status == FieldBlockStatus::kOk) return out.substr(7);
  CHECK_EQ(out, "before|");
  CHECK_EQ(*declared_length, -1);
  return "#" + std::to_string(static_cast<int>(status));
}
std::string Append(std::string_view block) {
  int64_t declared_length = 0;
  return Append(block, &declared_length);
}

constexpr char kBadName[] = "#1";
constexpr char kBadValue[] = "#2";
constexpr char kBadSyntax[] = "#3";
constexpr char kBadLength[] = "#4";

}  // namespace

TEST("status lines carry the registered reason or an empty one") {
  CHECK_EQ(StatusLine(200), "HTTP/1.1 200 OK\r\n");
  CHECK_EQ(StatusLine(404), "HTTP/1.1 404 Not Found\r\n");
  CHECK_EQ(StatusLine(511), "HTTP/1.1 511 Network Authentication Required\r\n");
  CHECK_EQ(StatusLine(431), "HTTP/1.1 431 Request Header Fields Too Large\r\n");
  CHECK_EQ(StatusLine(299), "HTTP/1.1 299 \r\n");
  CHECK_EQ(StatusLine(100), "HTTP/1.1 100 Continue\r\n");
  CHECK_EQ(StatusLine(999), "HTTP/1.1 999 \r\n");
  for (uint16_t status = 100; status <= 999; ++status) {
    CHECK_EQ(StatusLine(status),
             "HTTP/1.1 " + std::to_string(status) + " " + std::string(ReasonPhrase(status)) + "\r\n");
  }
}

TEST("status bodies are one line of text") {
  CHECK_EQ(StatusBody(404), "404 Not Found\n");
  CHECK_EQ(StatusBody(299), "299\n");
  CHECK_EQ(ReasonPhrase(503), "Service Unavailable");
  CHECK_EQ(ReasonPhrase(299), "");
}

TEST("1xx, 204 and 304 have no content") {
  for (const uint16_t status : {100, 101, 103, 199, 204, 304}) CHECK(StatusForbidsBody(status));
  for (const uint16_t status : {200, 205, 206, 301, 404, 500}) CHECK(!StatusForbidsBody(status));
}

TEST("205 has no content either, but a length that says so") {
  for (const uint16_t status : {103, 204, 205, 304}) CHECK(StatusForbidsContent(status));
  for (const uint16_t status : {200, 206, 301, 404, 500}) CHECK(!StatusForbidsContent(status));
}

TEST("the Date field follows the second") {
  DateField date;
  CHECK_EQ(date.At(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK_EQ(date.At(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK_EQ(date.At(784111778), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

TEST("a clean block is appended as it is") {
  CHECK_EQ(Append(""), "");
  const std::string block = "Content-Type: text/html\r\nSet-Cookie: a=b; Path=/\r\nX-A:\r\nX-B: \tc \xc3\xa9\td\r\n";
  CHECK_EQ(Append(block), block);
}

TEST("fields that the server decides are left out, wherever they stand and however they are spelled") {
  for (const char* name : {"Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Upgrade", "Trailer",
                           "Proxy-Connection", "Date", "Server", "SERVER", "tRANSFER-eNCODING", "content-length"}) {
    const std::string line = std::string(name) + ": 5\r\n";
    CHECK_EQ(Append(line), "");
    CHECK_EQ(Append(line + "X-A: b\r\n"), "X-A: b\r\n");
    CHECK_EQ(Append("X-A: b\r\n" + line), "X-A: b\r\n");
    CHECK_EQ(Append("X-A: b\r\n" + line + line + "X-C: d\r\n"), "X-A: b\r\nX-C: d\r\n");
  }
  CHECK_EQ(Append("Server-Timing: a\r\nX-Date: b\r\nUpgrades: c\r\n"),
           "Server-Timing: a\r\nX-Date: b\r\nUpgrades: c\r\n");
}

TEST("a declared length is reported") {
  int64_t length = 0;
  CHECK_EQ(Append("X-A: b\r\n", &length), "X-A: b\r\n");
  CHECK_EQ(length, -1);
  CHECK_EQ(Append("Content-Length: 0\r\n", &length), "");
  CHECK_EQ(length, 0);
  CHECK_EQ(Append("content-length:\t9223372036854775807 \r\nContent-Length: 9223372036854775807\r\n", &length), "");
  CHECK_EQ(length, INT64_MAX);
}

TEST("a length that is no number or contradicts another is refused") {
  for (const char* value : {"", "-1", "+1", "1 1", "0x1", "5, 5", "9223372036854775808", "1e3"}) {
    CHECK_EQ(Append("Content-Length: " + std::string(value) + "\r\n"), kBadLength);
  }
  CHECK_EQ(Append("Content-Length: 5\r\nContent-Length: 6\r\n"), kBadLength);
}

TEST("a value that could end its line is refused") {
  for (const auto value : {"a\rb"sv, "a\nb"sv, "a\0b"sv, "a\r\r\n"sv, "a\x01"sv, "a\x7f"sv, "a\nSet-Cookie: x"sv,
                           "a\n\n<script>"sv, "\x1b[0m"sv}) {
    CHECK_EQ(Append("X-A: b\r\nX-B: " + std::string(value) + "\r\n"), kBadValue);
  }
}

TEST("nothing is appended when a bad line follows lines that were already taken") {
  CHECK_EQ(Append("X-A: b\r\nDate: now\r\nX-C: d\r\nX B: c\r\n"), kBadName);
  CHECK_EQ(Append("X-A: b\r\nContent-Length: 5\r\nX-C: d\n"), kBadValue);
}

TEST("a name that is no token is refused") {
  for (const auto line : {"X A: b"sv, "X-A : b"sv, ": b"sv, " X-A: b"sv, "\tfold: b"sv, "X\0A: b"sv, "X\x80: b"sv,
                          "X(A): b"sv, "\"X\": b"sv}) {
    CHECK_EQ(Append("X-Good: y\r\n" + std::string(line) + "\r\n"), kBadName);
  }
}

TEST("a block that is not lines of name, colon and CRLF is refused") {
  for (const auto block : {"X-A"sv, "X-A\r\n"sv, "X-A: b"sv, "X-A: b\r"sv, "\r\n"sv, "\n"sv, "X-A: b\r\n\r\n"sv,
                           "X-A: b\r\n\r\n<html>"sv, "X-A: b\r\nX-B"sv, "X\rA: b\r\n"sv, "X\nA: b\r\n"sv}) {
    CHECK_EQ(Append(block), kBadSyntax);
  }
}

}  // namespace fastserve::http
