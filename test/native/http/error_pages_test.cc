#include "native/http/response/error_pages.h"

#include <string>

#include "test/native/testing.h"

namespace {

using namespace fastserve::http;

struct Answer {
  std::string text;
  ErrorFormat format;
  bool is_own;
};

Answer For(const ErrorPages& pages, uint16_t status, ErrorFormat wanted) {
  std::string scratch;
  const ErrorPages::Content content = pages.For(status, wanted, "id-7", &scratch);
  return {std::string(content.bytes), content.format, content.is_own};
}

TEST("without pages of the site errors are the constant ones, as text where nothing is said") {
  const Answer answer = For({}, 404, ErrorFormat::kAny);
  CHECK_EQ(answer.text, "404 Not Found\n");
  CHECK_EQ(answer.format, ErrorFormat::kText);
  CHECK(!answer.is_own);
  CHECK(For({}, 404, ErrorFormat::kJson).text.starts_with("{\"status\":404"));
}

TEST("a page answers its statuses in its form, and the later one of two") {
  ErrorPages pages;
  pages.Add(500, 599, ErrorFormat::kHtml, "five");
  pages.Add(503, 503, ErrorFormat::kHtml, "busy");
  CHECK_EQ(For(pages, 500, ErrorFormat::kHtml).text, "five");
  CHECK_EQ(For(pages, 599, ErrorFormat::kHtml).text, "five");
  CHECK_EQ(For(pages, 503, ErrorFormat::kHtml).text, "busy");
  CHECK(For(pages, 503, ErrorFormat::kHtml).is_own);
  CHECK_EQ(For(pages, 503, ErrorFormat::kText).text, "503 Service Unavailable\n");
  CHECK(!For(pages, 499, ErrorFormat::kHtml).is_own);
}

TEST("who says nothing gets a page of the site: HTML before JSON before text") {
  ErrorPages pages;
  pages.Add(404, 404, ErrorFormat::kText, "text");
  CHECK_EQ(For(pages, 404, ErrorFormat::kAny).text, "text");
  pages.Add(404, 404, ErrorFormat::kJson, "{}");
  CHECK_EQ(For(pages, 404, ErrorFormat::kAny).format, ErrorFormat::kJson);
  pages.Add(404, 404, ErrorFormat::kHtml, "<p>");
  CHECK_EQ(For(pages, 404, ErrorFormat::kAny).format, ErrorFormat::kHtml);
}

TEST("status, reason and request id stand where a page names them; other braces stay") {
  ErrorPages pages;
  pages.Add(400, 499, ErrorFormat::kHtml, "{{status}} {{reason}}: {{request_id}}{{request_id}} {{other}} {{ {{{status}}");
  CHECK_EQ(For(pages, 404, ErrorFormat::kHtml).text, "404 Not Found: id-7id-7 {{other}} {{ {404");
}

TEST("a status beyond the errors has no page") {
  ErrorPages pages;
  pages.Add(400, 599, ErrorFormat::kHtml, "page");
  CHECK(!For(pages, 399, ErrorFormat::kHtml).is_own);
  CHECK(!For(pages, 600, ErrorFormat::kHtml).is_own);
}

}  // namespace
