// The frame around the parts of a multipart/byteranges answer (RFC 9110 14.6).
#include "native/http/conditional/multipart_ranges.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::http {

TEST("Content-Range names first and last byte and the size") {
  std::string fields;
  AppendContentRange({5, 10}, 100, &fields);
  CHECK_EQ(fields, "Content-Range: bytes 5-14/100\r\n");
}

TEST("Content-Range of a 416 names the size alone") {
  std::string fields;
  AppendUnsatisfiedRange(UINT64_MAX, &fields);
  CHECK_EQ(fields, "Content-Range: bytes */18446744073709551615\r\n");
}

TEST("the whole is of multipart type with its boundary") {
  std::string fields;
  AppendMultipartType("b0", &fields);
  CHECK_EQ(fields, "Content-Type: multipart/byteranges; boundary=b0\r\n");
}

TEST("parts are framed as RFC 2046 draws it") {
  std::string body;
  AppendPartHead("b0", "text/plain", {0, 2}, 9, true, &body);
  body += "AB";
  AppendPartHead("b0", "text/plain", {7, 2}, 9, false, &body);
  body += "HI";
  AppendMultipartEnd("b0", &body);
  CHECK_EQ(body,
           "--b0\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/9\r\n\r\nAB"
           "\r\n--b0\r\nContent-Type: text/plain\r\nContent-Range: bytes 7-8/9\r\n\r\nHI"
           "\r\n--b0--\r\n");
}

TEST("a part without a type has no Content-Type line") {
  std::string head;
  AppendPartHead("b0", "", {0, 1}, 1, true, &head);
  CHECK_EQ(head, "--b0\r\nContent-Range: bytes 0-0/1\r\n\r\n");
}

}  // namespace fastserve::http
