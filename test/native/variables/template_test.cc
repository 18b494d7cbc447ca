#include "native/variables/template.h"

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using variables::Template;

namespace {

constexpr std::string_view kHead =
    "GET /a%20b/?x=1&y=%2F&x=2 HTTP/1.1\r\nHost: Shop.Example:8443\r\nX-Tag: one\r\nCookie: a=1; session=\"s\"\r\n"
    "x-tag: two\r\nCookie: b=2\r\nContent-Type: text/plain\r\n\r\n";

std::string Expanded(std::string_view text, bool for_field = false, std::string_view path = "/a b/") {
  static http::RequestHead head;
  const http::ParseResult parsed = http::ParseRequestHead(kHead, 0, {}, &head);
  REQUIRE(parsed.status == http::ParseStatus::kDone);
  variables::RequestFacts facts;
  facts.head = &head;
  facts.head_bytes = kHead;
  facts.path = path;
  REQUIRE(base::ParseIpAddress("203.0.113.7", &facts.client));
  facts.client_port = 4711;
  facts.server_port = 8443;
  facts.tls = true;
  facts.request_id = "id-1";
  facts.ssl_protocol = "TLSv1.3";
  Template compiled;
  variables::TemplateError error;
  REQUIRE(Template::Compile(text, &compiled, &error));
  std::string out;
  for_field ? compiled.ExpandForField(facts, &out) : compiled.Expand(facts, &out);
  return out;
}

variables::TemplateError ErrorOf(std::string_view text) {
  Template compiled;
  variables::TemplateError error;
  CHECK(!Template::Compile(text, &compiled, &error));
  return error;
}

}  // namespace

TEST("a template expands what nginx calls by the same names") {
  CHECK_EQ(Expanded("$scheme://$host:$server_port$request_uri"), "https://shop.example:8443/a%20b/?x=1&y=%2F&x=2");
  CHECK_EQ(Expanded("$remote_net:$remote_port $request_method $server_protocol $https"), "203.0.113.7:4711 GET HTTP/1.1 on");
  CHECK_EQ(Expanded("$uri$is_args$args|$document_uri|$query_string"), "/a b/?x=1&y=%2F&x=2|/a b/|x=1&y=%2F&x=2");
  CHECK_EQ(Expanded("$request"), "GET /a%20b/?x=1&y=%2F&x=2 HTTP/1.1");
  CHECK_EQ(Expanded("$request_id $ssl_protocol$ssl_cipher$remote_user"), "id-1 TLSv1.3");
  CHECK_EQ(Expanded("$binary_remote_addr"), "\xCB" + std::string(1, '\0') + "q\x07");
}

TEST("fields, cookies and arguments are found by their names") {
  CHECK_EQ(Expanded("$http_x_tag|$http_host|$content_type|$http_absent"), "one, two|Shop.Example:8443|text/plain|");
  CHECK_EQ(Expanded("$cookie_session|$cookie_b|$cookie_Session|$http_cookie"), "\"s\"|2||a=1; session=\"s\"; b=2");
  CHECK_EQ(Expanded("$arg_x|$arg_y|$arg_z"), "1|%2F|");
}

TEST("braces end a name, two dollar signs are one, text stays") {
  CHECK_EQ(Expanded("a${host}b"), "ashop.exampleb");
  CHECK_EQ(Expanded("$$host costs 5$$"), "$host costs 5$");
  CHECK_EQ(Expanded(""), "");
}

TEST("a value for a field cannot begin a new line") {
  CHECK_EQ(Expanded("p=$uri", true, "/a\r\nSet-Cookie: x\x7F\t"), "p=/a%0D%0ASet-Cookie: x%7F\t");
}

TEST("a mistake names its offset and the nearest variable") {
  CHECK_EQ(ErrorOf("ab $remot_addr").offset, size_t{3});
  CHECK_EQ(ErrorOf("ab $remot_addr").message, "unknown variable $remot_addr; did you mean $remote_addr?");
  CHECK_EQ(ErrorOf("$zzzzzzzzzzzz").message, "unknown variable $zzzzzzzzzzzz");
  CHECK_EQ(ErrorOf("$cookie").message, "unknown variable $cookie; did you mean $cookie_ with a name behind it?");
  CHECK_EQ(ErrorOf("${host").offset, size_t{6});
  CHECK_EQ(ErrorOf("100$").offset, size_t{3});
  CHECK_EQ(ErrorOf("$-").offset, size_t{0});
  CHECK_EQ(ErrorOf(std::string(5000, 'x')).offset, variables::kMaxTemplateBytes);
}

TEST("a template tells what it needs") {
  Template compiled;
  variables::TemplateError error;
  REQUIRE(Template::Compile("$host/$request_id", &compiled, &error));
  CHECK(compiled.Uses(variables::Variable::kRequestId));
  CHECK(!compiled.Uses(variables::Variable::kUri));
  CHECK(!compiled.is_constant());
  REQUIRE(Template::Compile("a$$b", &compiled, &error));
  CHECK(compiled.is_constant());
}

TEST("of a request that could not be read only the connection is known") {
  Template compiled;
  variables::TemplateError error;
  REQUIRE(Template::Compile("$remote_addr|$host$uri$request$args$http_a$cookie_a|$scheme", &compiled, &error));
  std::string out;
  compiled.Expand({}, &out);
  CHECK_EQ(out, "unix||http");
}
