#include "native/http/response/error_page.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace {

using namespace fastserve::http;

ErrorFormat Chosen(const std::string& lines) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  REQUIRE(ParseRequestHead(bytes, 0, {}, &head).status == ParseStatus::kDone);
  return ChooseErrorFormat(head, bytes);
}
ErrorFormat Accepting(const std::string& value) { return Chosen("Accept: " + value + "\r\n"); }

TEST("who says nothing but that anything will do has not chosen") {
  CHECK_EQ(Chosen(""), ErrorFormat::kAny);
  CHECK_EQ(Accepting("*/*"), ErrorFormat::kAny);
}

TEST("errors are plain text unless the client asks for more") {
  for (const char* value : {"text/plain", "text/*", "image/png", "", "*/*;q=0", "text/plain, text/html",
                            "text/html;q=0.5, text/plain", "text/html;q=0", "text/html;q=2", "text/html;q=x", ",;,"}) {
    CHECK_EQ(Accepting(value), ErrorFormat::kText);
  }
}

TEST("browsers get HTML") {
  for (const char* value : {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html", "TEXT/HTML, */*",
                            "text/html;level=1", "application/json;q=0.8, text/html;q=0.9", "text/html, text/plain"}) {
    CHECK_EQ(Accepting(value), ErrorFormat::kHtml);
  }
}

TEST("programs get JSON") {
  for (const char* value : {"application/json", "application/json, text/plain, */*", "application/*", "*/*, application/json",
                            "text/html;q=0.9,application/json", "application/json;q=0.001, text/html;q=0.000"}) {
    CHECK_EQ(Accepting(value), ErrorFormat::kJson);
  }
}

TEST("several Accept lines are one list") {
  CHECK_EQ(Chosen("Accept: */*\r\nAccept: application/json\r\n"), ErrorFormat::kJson);
  CHECK_EQ(Chosen("Accept: text/html;q=0.5\r\nAccept: application/json\r\n"), ErrorFormat::kJson);
}

TEST("a request id is taken only when it can stand anywhere") {
  CHECK(IsSafeRequestId("a"));
  CHECK(IsSafeRequestId("Root=1-67891233-abcdef012345678912345678"));
  CHECK(IsSafeRequestId("9f2c~A_b.c/d+e=:f"));
  CHECK(IsSafeRequestId(std::string(128, 'x')));
  CHECK(!IsSafeRequestId(std::string(129, 'x')));
  for (const char* id : {"", "a b", "a\"b", "<b>", "a&b", "a'b", "a;b", "a\\b", "\xc3\xa9", "a,b"}) CHECK(!IsSafeRequestId(id));
}

TEST("each form has its fields and content") {
  std::string fields, scratch;
  AppendErrorFields(ErrorFormat::kJson, false, "id1", &fields);
  CHECK_EQ(fields, "Content-Type: application/json\r\nVary: Accept\r\nX-Request-Id: id1\r\n");
  fields.clear();
  AppendErrorFields(ErrorFormat::kHtml, true, "id1", &fields);
  CHECK_EQ(fields, "Content-Type: text/html; charset=utf-8\r\nVary: Accept\r\nX-Request-Id: id1\r\n");
  CHECK_EQ(ErrorContent(404, ErrorFormat::kText, "id1", &scratch), "404 Not Found\n");
  CHECK_EQ(ErrorContent(404, ErrorFormat::kJson, "id1", &scratch),
           "{\"status\":404,\"error\":\"Not Found\",\"requestId\":\"id1\"}\n");
  const std::string html(ErrorContent(503, ErrorFormat::kHtml, "id1", &scratch));
  CHECK(html.starts_with("<!doctype html>\n"));
  CHECK(html.find("<title>503 Service Unavailable</title>") != std::string::npos);
  CHECK(html.find("<h1>503 Service Unavailable</h1>") != std::string::npos);
  CHECK(html.find("<code>id1</code>") != std::string::npos);
}

TEST("a status without a reason has a page as well") {
  std::string scratch;
  CHECK_EQ(ErrorContent(499, ErrorFormat::kJson, "i", &scratch), "{\"status\":499,\"error\":\"\",\"requestId\":\"i\"}\n");
}

}  // namespace
