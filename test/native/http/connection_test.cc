// Persistence (RFC 9112 9.3) and Expect (RFC 9110 10.1.1).
#include <string>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

bool KeepsAlive(std::string_view version, std::string_view lines) {
  RequestHead head;
  const std::string input =
      "GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(lines) + "\r\n";
  return Accepted(input, &head) && head.keep_alive;
}

bool ExpectsContinue(std::string_view input) {
  RequestHead head;
  return Accepted(input, &head) && head.expect_continue;
}

}  // namespace

TEST("HTTP/1.1 persists unless told to close") {
  CHECK(KeepsAlive("1.1", ""));
  CHECK(KeepsAlive("1.1", "Connection: keep-alive\r\n"));
  CHECK(KeepsAlive("1.1", "Connection: upgrade, x\r\n"));
  CHECK(KeepsAlive("1.1", "Connection: closed\r\n"));
  CHECK(KeepsAlive("1.1", "Connection:\r\n"));
  CHECK(!KeepsAlive("1.1", "Connection: close\r\n"));
  CHECK(!KeepsAlive("1.1", "Connection: CLOSE\r\n"));
  CHECK(!KeepsAlive("1.1", "Connection: upgrade ,\tClose , x\r\n"));
  CHECK(!KeepsAlive("1.1", "Connection: ,,close,,\r\n"));
}

TEST("HTTP/1.0 persists only when asked to") {
  CHECK(!KeepsAlive("1.0", ""));
  CHECK(KeepsAlive("1.0", "Connection: keep-alive\r\n"));
  CHECK(KeepsAlive("1.0", "Connection: x, Keep-Alive\r\n"));
  CHECK(!KeepsAlive("1.0", "Keep-Alive: timeout=5\r\n"));
}

TEST("close wins over keep-alive in any order and on any line") {
  for (const char* version : {"1.0", "1.1"}) {
    CHECK(!KeepsAlive(version, "Connection: keep-alive, close\r\n"));
    CHECK(!KeepsAlive(version, "Connection: close, keep-alive\r\n"));
    CHECK(!KeepsAlive(version, "Connection: keep-alive\r\nX-A: b\r\nConnection: close\r\n"));
    CHECK(!KeepsAlive(version, "Connection: close\r\nX-A: b\r\nConnection: keep-alive\r\n"));
  }
}

TEST("100-continue is expected in any case when content is to come") {
  CHECK(ExpectsContinue(Post("Expect: 100-continue\r\nContent-Length: 5\r\n")));
  CHECK(ExpectsContinue(Post("Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n")));
}

TEST("100-continue without content asks for nothing") {
  CHECK(!ExpectsContinue(Get("Expect: 100-continue\r\n")));
  CHECK(!ExpectsContinue(Post("Expect: 100-continue\r\nContent-Length: 0\r\n")));
  CHECK(!ExpectsContinue(Post("Content-Length: 5\r\n")));
}

TEST("another expectation is refused with 417") {
  for (const char* value : {"y 100-continue", "100-continue, 100-continue", "100-continue;a", "200-ok", "", "100"}) {
    CHECK(Refused(Post("Expect: " + std::string(value) + "\r\nContent-Length: 5\r\n"), HttpError::kExpectationFailed));
  }
  CHECK(Refused(Post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n"),
                HttpError::kExpectationFailed));
}

TEST("Expect on HTTP/1.0 is ignored, whatever it says") {
  CHECK(!ExpectsContinue("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  CHECK(!ExpectsContinue("POST / HTTP/1.0\r\nExpect: magic\r\nContent-Length: 5\r\n\r\n"));
}

}  // namespace fastserve::http
