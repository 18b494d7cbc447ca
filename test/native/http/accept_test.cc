// Accept (RFC 9110 12.5.1): weights of media types.
#include "native/http/fields/accept.h"

#include <string>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

struct Accept {
  explicit Accept(const std::string& value) : input("GET / HTTP/1.1\r\nHost: a\r\nAccept: " + value + "\r\n\r\n") {
    CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  }
  std::string input;
  RequestHead head;
};

int Html(const std::string& value) {
  const Accept accept(value);
  return MediaTypeWeight(accept.head, accept.input, "text", "html");
}

bool NamesHtml(const std::string& value) {
  const Accept accept(value);
  return NamesMediaType(accept.head, accept.input, "text", "html");
}

}  // namespace

TEST("without Accept every type is welcome, and none is named") {
  const std::string input = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  RequestHead head;
  CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  CHECK_EQ(MediaTypeWeight(head, input, "text", "html"), 1000);
  CHECK(!NamesMediaType(head, input, "text", "html"));
}

TEST("the most specific range gives the weight") {
  CHECK_EQ(Html("text/html;q=0.3, text/*;q=0.5, */*;q=0.7"), 300);
  CHECK_EQ(Html("*/*;q=0.7, text/*;q=0.5"), 500);
  CHECK_EQ(Html("*/*;q=0.7, application/json"), 700);
  CHECK_EQ(Html("application/json"), 0);
  CHECK_EQ(Html("*/*, text/html;q=0"), 0);
}

TEST("types are compared without case and as a whole") {
  CHECK_EQ(Html("Text/HTML"), 1000);
  CHECK_EQ(Html("text/html5, text/htm, xtext/html, html, */html"), 0);
}

TEST("parameters other than the weight are not looked at") {
  CHECK_EQ(Html("text/html;level=1;q=0.5"), 500);
  CHECK_EQ(Html("text/html;a=\"b,c;q=0\""), 1000);
}

TEST("only the type itself with a weight above zero names it") {
  CHECK(NamesHtml("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  CHECK(!NamesHtml("*/*"));
  CHECK(!NamesHtml("text/*"));
  CHECK(!NamesHtml("image/avif,image/webp,*/*;q=0.8"));
  CHECK(!NamesHtml("text/html;q=0, */*"));
}

}  // namespace fastserve::http
