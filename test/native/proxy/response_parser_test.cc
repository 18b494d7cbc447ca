// Heads of upstreams: each case whole and cut at every place.
#include "native/proxy/response_parser.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::proxy {

namespace {

using http::ParseStatus;

// The verdict on the whole head; a beginning must never be done, and never bad where the whole is good.
ParseStatus Parse(std::string_view text, ResponseHead* head, bool to_head = false) {
  const ParseStatus whole = ParseResponseHead(text, to_head, head);
  for (size_t size = 0; size < text.size(); ++size) {
    ResponseHead part;
    const std::string exact(text.substr(0, size));  // a copy of its own, so that AddressSanitizer sees a read behind the end
    const ParseStatus status = ParseResponseHead(exact, to_head, &part);
    if (whole == ParseStatus::kDone) CHECK_EQ(status, size < head->head_length ? ParseStatus::kPartial : ParseStatus::kDone);
    if (whole == ParseStatus::kBad) CHECK(status != ParseStatus::kDone);
  }
  return whole;
}

ResponseHead Good(std::string_view text, bool to_head = false) {
  ResponseHead head{};
  CHECK_EQ(Parse(text, &head, to_head), ParseStatus::kDone);
  return head;
}

bool IsBad(std::string_view text) {
  ResponseHead head;
  return Parse(text, &head) == ParseStatus::kBad;
}

TEST("a length frames and keeps the connection") {
  const ResponseHead head = Good("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
  CHECK_EQ(head.status, 200);
  CHECK_EQ(head.field_count, 2);
  CHECK_EQ(head.framing, ResponseFraming::kLength);
  CHECK_EQ(head.content_length, 5);
  CHECK(head.keep_alive);
}

TEST("chunked is the only coding") {
  CHECK_EQ(Good("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n").framing, ResponseFraming::kChunked);
  CHECK(IsBad("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"));
  CHECK(IsBad("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST("framing that contradicts itself is refused") {
  CHECK(IsBad("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"));
  CHECK(IsBad("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST("without framing the connection ends the content") {
  const ResponseHead head = Good("HTTP/1.1 200 OK\r\n\r\n");
  CHECK_EQ(head.framing, ResponseFraming::kClose);
  CHECK(!head.keep_alive);
  CHECK_EQ(head.content_length, -1);
}

TEST("answers without content have none whatever they announce") {
  CHECK_EQ(Good("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").framing, ResponseFraming::kNone);
  CHECK_EQ(Good("HTTP/1.1 204 No Content\r\n\r\n").framing, ResponseFraming::kNone);
  CHECK_EQ(Good("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").framing, ResponseFraming::kNone);
  const ResponseHead head = Good("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true);
  CHECK_EQ(head.framing, ResponseFraming::kNone);
  CHECK_EQ(head.content_length, 5);
}

TEST("close and old versions end the connection") {
  CHECK(!Good("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n").keep_alive);
  CHECK(!Good("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST("status lines are strict but for the reason") {
  CHECK_EQ(Good("HTTP/1.1 299 \r\n\r\n").status, 299);
  CHECK_EQ(Good("HTTP/1.1 299\r\n\r\n").status, 299);
  CHECK_EQ(Good("HTTP/1.1 599 \xc3\xa9\r\n\r\n").status, 599);
  for (const std::string_view line : {"HTTP/2.0 200 OK", "HTTP/1.x 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK",
                                      "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK",
                                      "HTTP/1.1 2x0 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", "ICY 200 OK"}) {
    CHECK(IsBad(std::string(line) + "\r\nContent-Length: 0\r\n\r\n"));
  }
}

TEST("a higher minor version is taken for HTTP/1.1") {
  const ResponseHead head = Good("HTTP/1.2 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK_EQ(head.minor_version, 1);
  CHECK(head.framing == ResponseFraming::kChunked);
  CHECK(head.keep_alive);
}

TEST("lines are strict") {
  for (const std::string_view lines :
       {"X-A: b\n\n", "X-A: b\r\n c\r\n\r\n", "X A: b\r\n\r\n", "X-A : b\r\n\r\n", ": b\r\n\r\n", "nocolon\r\n\r\n", "X-A: b\rc\r\n\r\n",
        "X-A: \x01\r\n\r\n"}) {
    CHECK(IsBad("HTTP/1.1 200 OK\r\n" + std::string(lines)));
  }
  CHECK(IsBad("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"));
}

TEST("heads have an end") {
  ResponseHead head;
  const std::string large = "HTTP/1.1 200 OK\r\nX-A: " + std::string(kResponseLimits.head, 'a');
  CHECK_EQ(ParseResponseHead(large, false, &head), ParseStatus::kBad);
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i <= http::kMaxFields; ++i) many += "A: b\r\n";
  CHECK_EQ(ParseResponseHead(many, false, &head), ParseStatus::kBad);
  CHECK_EQ(ParseResponseHead("HTTP/1.1 200 " + std::string(600, 'a'), false, &head), ParseStatus::kBad);
}

}  // namespace

}  // namespace fastserve::proxy
