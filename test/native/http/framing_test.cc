// Content-Length and Transfer-Encoding (RFC 9112 6).
#include <string>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

using namespace std::string_view_literals;

namespace {

std::string WithLength(std::string_view value) { return Post("Content-Length: " + std::string(value) + "\r\n"); }
std::string WithCoding(std::string_view value) { return Post("Transfer-Encoding: " + std::string(value) + "\r\n"); }

}  // namespace

TEST("a request without framing fields has no content") {
  RequestHead head;
  REQUIRE(Accepted(Post(""), &head));
  CHECK_EQ(head.framing, BodyFraming::kNone);
  CHECK_EQ(head.content_length, 0u);
}

TEST("Content-Length is a decimal number up to 2^63-1") {
  const std::pair<const char*, uint64_t> cases[] = {
      {"0", 0}, {"5", 5}, {"010", 10}, {"00000000000000000000000005", 5}, {"4294967301", 4294967301},
      {"8589934597", 8589934597}, {"2147483653", 2147483653}, {"9223372036854775807", INT64_MAX}};
  for (const auto& [text, value] : cases) {
    RequestHead head;
    REQUIRE(Accepted(WithLength(text), &head));
    CHECK_EQ(head.framing, BodyFraming::kLength);
    CHECK_EQ(head.content_length, value);
  }
}

TEST("white space around a length is no part of it") {
  RequestHead head;
  REQUIRE(Accepted(Post("Content-Length:\t5 \r\n"), &head));
  CHECK_EQ(head.content_length, 5u);
}

TEST("a length above 2^63-1 is refused and never wraps") {
  for (const char* text : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                           "18446744073709551621", "99999999999999999999999999",
                           "340282366920938463463374607431768211461"}) {
    CHECK(Refused(WithLength(text), HttpError::kBadContentLength));
  }
}

TEST("anything but digits is no length") {
  for (const auto text : {"+5"sv, "-5"sv, "-0"sv, "0x5"sv, "5.0"sv, "5e0"sv, "5 0"sv, "0 5"sv, "1_0"sv,
                          "\xef\xbc\x95"sv, "abc"sv, "5abc"sv, "5;5"sv, "\"5\""sv, "5,"sv, ",5"sv, "--5"sv, "5-"sv,
                          "\xa0" "5"sv, "0b101"sv, "0o5"sv, "5h"sv, "5%"sv, "$5"sv, "Infinity"sv, "NaN"sv, "1e1"sv,
                          "5=5"sv, ""sv, "   "sv, "5, 5"sv, "5, 6"sv, "5,5"sv}) {
    CHECK(Refused(WithLength(text), HttpError::kBadContentLength));
  }
  for (const auto text : {"5\0"sv, "\x0b" "5"sv, "\x0c" "5"sv, "5\x0b"sv, "5\r5"sv}) {
    CHECK(Refused(WithLength(text), HttpError::kBadField));
  }
}

TEST("a repeated Content-Length is refused, the same value or not, near or far") {
  CHECK(Refused(Post("Content-Length: 5\r\nContent-Length: 5\r\n"), HttpError::kBadContentLength));
  CHECK(Refused(Post("Content-Length: 5\r\nContent-Length: 6\r\n"), HttpError::kBadContentLength));
  std::string lines = "Content-Length: 5\r\n";
  for (int i = 0; i < 30; ++i) lines += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(Refused(Post(lines + "CONTENT-length: 7\r\n"), HttpError::kBadContentLength));
}

TEST("chunked in any case is the chunked coding") {
  for (const char* value : {"chunked", "CHUNKED", "Chunked", "\tchunked \t"}) {
    RequestHead head;
    REQUIRE(Accepted(WithCoding(value), &head));
    CHECK_EQ(head.framing, BodyFraming::kChunked);
    CHECK_EQ(head.content_length, 0u);
  }
}

TEST("a list of other codings is understood and not supported") {
  for (const char* value : {"gzip", "identity", "gzip, chunked", "chunked, gzip", "identity, chunked",
                            "chunked, identity", "xchunked", "chunkedx", "x-chunked", "chunk", "chunked-", "none",
                            "cow", "chunked, x", "gzip ,\tdeflate", "'chunked'"}) {
    CHECK(Refused(WithCoding(value), HttpError::kUnsupportedCoding));
  }
}

TEST("an odd Transfer-Encoding is refused") {
  for (const auto value : {""sv, "  "sv, ","sv, ",chunked"sv, ", chunked"sv, "chunked,"sv, "chunked,,"sv,
                           " , chunked , "sv, "chunked, chunked"sv, "chunked,Chunked"sv, "chunked chunked"sv,
                           "chunked;"sv, "chunked;a=b"sv, "\"chunked\""sv, "[chunked]"sv, "chunked/1"sv, "ch unked"sv,
                           "\xff" "chunked\xff"sv, "\xa0" "chunked"sv, "chunked\x85"sv, "chun\xe2\x84\xaa" "ed"sv,
                           "gzip;q=1"sv, "gzip,,chunked"sv}) {
    CHECK(Refused(WithCoding(value), HttpError::kBadTransferEncoding));
  }
  for (const auto value : {"\x0b" "chunked"sv, "\x0c" "chunked"sv, "chunked\x0b"sv, "chunked\0"sv, "\0chunked"sv,
                           "chunked\r5"sv}) {
    CHECK(Refused(WithCoding(value), HttpError::kBadField));
  }
}

TEST("Transfer-Encoding stands on one line only") {
  CHECK(Refused(Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), HttpError::kBadTransferEncoding));
  CHECK(Refused(Post("Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n"), HttpError::kBadTransferEncoding));
  CHECK(Refused(Post("Transfer-Encoding: gzip\r\nTransfer-encoding: chunked\r\n"), HttpError::kBadTransferEncoding));
}

TEST("Transfer-Encoding on HTTP/1.0 is faulty framing") {
  CHECK(Refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", HttpError::kBadTransferEncoding));
  CHECK(Refused("POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
                HttpError::kBadTransferEncoding));
}

TEST("Content-Length beside Transfer-Encoding is refused, whatever they say") {
  for (const char* coding : {"chunked", "xchunked", "identity", "gzip", "chunked, identity", "", "'chunked'", ","}) {
    const std::string line = "Transfer-Encoding: " + std::string(coding) + "\r\n";
    CHECK(Refused(Post("Content-Length: 5\r\n" + line), HttpError::kConflictingFraming));
    CHECK(Refused(Post(line + "content-LengtH: 5\r\n"), HttpError::kConflictingFraming));
    CHECK(Refused(Get(line + "Content-Length: 5\r\n"), HttpError::kConflictingFraming));
  }
  CHECK(Refused(Post("Transfer-Encoding: chunked\r\nContent-Length: +15\r\n"), HttpError::kConflictingFraming));
}

TEST("names that only resemble the framing fields do not frame") {
  for (const char* line : {"TE: chunked\r\n", "Content-Encoding: chunked\r\n", "Transfer_Encoding: chunked\r\n",
                           "Content_Length: 5\r\n", "X-Transfer-Encoding: chunked\r\n", "Content-Lengths: 5\r\n"}) {
    RequestHead head;
    REQUIRE(Accepted(Post(line), &head));
    CHECK_EQ(head.framing, BodyFraming::kNone);
  }
}

TEST("every method may announce content") {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}) {
    RequestHead head;
    REQUIRE(Accepted(std::string(method) + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 38\r\n\r\n", &head));
    CHECK_EQ(head.content_length, 38u);
    REQUIRE(Accepted(std::string(method) + " / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", &head));
    CHECK_EQ(head.framing, BodyFraming::kChunked);
  }
}

}  // namespace fastserve::http
