// Request lines: method, target and its forms, version (RFC 9112 3, 2.3).
#include <string>
#include <vector>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

using namespace std::string_view_literals;

TEST("a GET in origin-form is split into method, path and query") {
  const std::string input = "GET /a/b?x=1&y=2 HTTP/1.1\r\nHost: a.example\r\n\r\n";
  RequestHead head;
  REQUIRE(Accepted(input, &head));
  CHECK_EQ(head.method, Method::kGet);
  CHECK_EQ(head.method_length, 3);
  CHECK_EQ(head.form, TargetForm::kOrigin);
  CHECK_EQ(head.minor_version, 1);
  CHECK_EQ(input.substr(head.target_offset, head.target_length), "/a/b?x=1&y=2");
  CHECK_EQ(input.substr(head.path_offset, head.path_length), "/a/b");
  CHECK_EQ(input.substr(head.query_offset, head.query_length), "x=1&y=2");
  CHECK(head.has_query);
  CHECK_EQ(head.head_length, input.size());
  CHECK_EQ(head.framing, BodyFraming::kNone);
}

TEST("a path is plain only where it is its own normal form, wherever its special bytes stand") {
  for (size_t length = 0; length < 40; ++length) {
    const std::string before = "/" + std::string(length, 'a');
    for (const char* end : {"", "/", "/b.c", "./a", "//", "/b?x=1", "/b?/.%41"}) {
      const std::string target = before + end;
      const bool queried = target.find("/.%41") != std::string::npos;
      RequestHead head;
      REQUIRE(Accepted(WithLine("GET " + target + " HTTP/1.1"), &head));
      CHECK_EQ(head.plain_path, !queried && target.find("/.") == std::string::npos);
    }
    for (const char* end : {"/.", "/..", "/../b", "/.b", "%41", "/%2e%2e/b", "/..?x"}) {
      RequestHead head;
      REQUIRE(Accepted(WithLine("GET " + before + end + " HTTP/1.1"), &head));
      CHECK(!head.plain_path);
    }
  }
}

TEST("every known method is recognised and any other token is kOther") {
  for (int i = 0; i < kMethodCount - 1; ++i) {
    const auto method = static_cast<Method>(i);
    if (method == Method::kConnect) continue;
    RequestHead head;
    REQUIRE(Accepted(WithLine(std::string(MethodName(method)) + " / HTTP/1.1"), &head));
    CHECK_EQ(head.method, method);
  }
  for (const char* other : {"get", "Get", "FOOBAR", "GETX", "GE", "G", "M-SEARCH", "!#$%&'*+-.^_`|~0"}) {
    RequestHead head;
    REQUIRE(Accepted(WithLine(std::string(other) + " / HTTP/1.1"), &head));
    CHECK_EQ(head.method, Method::kOther);
    CHECK_EQ(head.method_length, std::string_view(other).size());
  }
}

TEST("a method that is no token is refused") {
  for (const auto line : {"G=\":<>(e),[T];?\" / HTTP/1.1"sv, "G\0T / HTTP/1.1"sv, "GET\x0b/ HTTP/1.1"sv,
                          "GET\x80 / HTTP/1.1"sv, "(GET) / HTTP/1.1"sv, "{ / HTTP/1.1"sv, " GET / HTTP/1.1"sv}) {
    CHECK(Refused(WithLine(line), HttpError::kBadMethod));
  }
}

TEST("a method of 32 bytes is read and a longer one is refused before it ends") {
  RequestHead head;
  REQUIRE(Accepted(WithLine(std::string(32, 'M') + " / HTTP/1.1"), &head));
  CHECK_EQ(head.method_length, 32);
  CHECK(Refused(WithLine(std::string(33, 'M') + " / HTTP/1.1"), HttpError::kMethodTooLong));
  CHECK(Refused(std::string(33, 'M'), HttpError::kMethodTooLong));
}

TEST("other protocols are refused at their first impossible byte") {
  CHECK(Refused("\x16\x03\x01\x02\x00\x01"sv, HttpError::kBadMethod));
  CHECK(Refused("\x00"sv, HttpError::kBadMethod));
  CHECK(Refused("\x80\x2e\x01"sv, HttpError::kBadMethod));
  CHECK(Refused("SSH-2.0-OpenSSH_9.2\r\n", HttpError::kBadRequestLine));
  CHECK(Refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HttpError::kUnsupportedVersion));
  CHECK(Refused("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", HttpError::kBadVersion));
}

TEST("the parts of the line are separated by exactly one space") {
  for (const auto line : {"GET  / HTTP/1.1"sv, "GET /  HTTP/1.1"sv, "GET\t/ HTTP/1.1"sv, "GET /\tHTTP/1.1"sv,
                          "GET\t/\tHTTP/1.1"sv, "GET / HTTP/1.1 "sv, "GET / HTTP/1.1\t"sv, "GET /"sv, "GET"sv, ""sv}) {
    CHECK(Refused(WithLine(line), HttpError::kBadRequestLine));
  }
  CHECK(Refused(WithLine("GET / "), HttpError::kBadVersion));
}

TEST("the line ends in CRLF and nothing else") {
  for (const auto input : {"GET / HTTP/1.1\nHost: a\r\n\r\n"sv, "GET / HTTP/1.1\nHost: a\n\n"sv,
                           "GET / HTTP/1.1\rHost: a\r\r"sv, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"sv,
                           "GET /\nHTTP/1.1\r\nHost: a\r\n\r\n"sv, "GET /\r\n\r\n"sv, "GET /\n"sv,
                           "\nGET / HTTP/1.1\r\n"sv, "GET / HTTP/1.1\rX\r\n"sv}) {
    CHECK(Refused(input, HttpError::kBadRequestLine));
  }
}

TEST("control bytes, DEL, bytes above 0x7F and a fragment are refused in the target") {
  for (const auto target : {"/?a\0b"sv, "/?a\x7f"sv, "/?\xff"sv, "/\x01"sv, "/\x0c"sv, "/\x0b"sv, "/a#frag"sv, "/#"sv,
                            "/\xc3\xa9"sv, "/\x1f"sv}) {
    CHECK(Refused(WithLine("GET " + std::string(target) + " HTTP/1.1"), HttpError::kBadTarget));
  }
}

TEST("a forbidden byte is found at every offset of a long target") {
  for (size_t offset = 1; offset < 70; ++offset) {
    std::string target(80, 'a');
    target[0] = '/';
    for (const char bad : {'\x01', '\x7f', '\x80', '\xff', '#'}) {
      target[offset] = bad;
      RequestHead head;
      const ParseResult result = ParseExactly(WithLine("GET " + target + " HTTP/1.1"), 0, {}, &head);
      CHECK_EQ(result.error, HttpError::kBadTarget);
    }
  }
}

TEST("the first question mark parts path and query at every offset") {
  for (size_t offset = 1; offset < 70; ++offset) {
    std::string target(80, 'a');
    target[0] = '/';
    target[offset] = '?';
    target[79] = '?';
    RequestHead head;
    REQUIRE(ParseExactly(WithLine("GET " + target + " HTTP/1.1"), 0, {}, &head).status == ParseStatus::kDone);
    CHECK_EQ(head.path_length, offset);
    CHECK_EQ(head.query_length, 79 - offset);
  }
}

TEST("a question mark with nothing behind it is an empty query") {
  RequestHead head;
  REQUIRE(Accepted(WithLine("GET /? HTTP/1.1"), &head));
  CHECK(head.has_query);
  CHECK_EQ(head.query_length, 0);
  REQUIRE(Accepted(WithLine("GET / HTTP/1.1"), &head));
  CHECK(!head.has_query);
}

TEST("percent escapes and odd visible bytes of the target are left to the path decoder") {
  for (const char* target : {"/abc%", "/x%0d%0aX-Injected:%201", "//example.com/x", "/a\\b", "/a|b^c{d}", "/\"<>`"}) {
    CHECK(Accepted(WithLine("GET " + std::string(target) + " HTTP/1.1")));
  }
}

TEST("absolute-form gives authority and path, and wins over Host") {
  const std::string input = "GET HTTP://b.example:81/p?q HTTP/1.1\r\nHost: a.example\r\n\r\n";
  RequestHead head;
  REQUIRE(Accepted(input, &head));
  CHECK_EQ(head.form, TargetForm::kAbsolute);
  CHECK_EQ(input.substr(head.authority_offset, head.authority_length), "b.example:81");
  CHECK_EQ(input.substr(head.path_offset, head.path_length), "/p");
  CHECK_EQ(input.substr(head.query_offset, head.query_length), "q");
}

TEST("absolute-form without a path has path length 0, with or without a query") {
  RequestHead head;
  REQUIRE(Accepted(WithLine("GET https://b.example HTTP/1.1"), &head));
  CHECK_EQ(head.path_length, 0);
  const std::string input = WithLine("GET http://[::1]:80?q HTTP/1.1");
  REQUIRE(Accepted(input, &head));
  CHECK_EQ(head.path_length, 0);
  CHECK_EQ(input.substr(head.query_offset, head.query_length), "q");
  CHECK_EQ(input.substr(head.authority_offset, head.authority_length), "[::1]:80");
}

TEST("absolute-form needs a Host field all the same") {
  CHECK(Refused("GET http://a.example/ HTTP/1.1\r\n\r\n", HttpError::kBadHost));
}

TEST("targets of no form are refused") {
  for (const char* target : {"foo", "example.com:80", "ftp://example.com/x", "http:///x", "http://", "http:/x",
                             "http://u@a/", "http://u:p@a/", "http://a:x/", "http://a:65536/", "http://a\\b/",
                             "http://[::1/", "*", "*x", "?a", "https//a/", "httpx://a/", "ws://a/", "javascript:1"}) {
    CHECK(Refused(WithLine("GET " + std::string(target) + " HTTP/1.1"), HttpError::kBadTarget));
  }
}

TEST("asterisk-form is for OPTIONS only and has no path") {
  RequestHead head;
  REQUIRE(Accepted(WithLine("OPTIONS * HTTP/1.1"), &head));
  CHECK_EQ(head.form, TargetForm::kAsterisk);
  CHECK_EQ(head.path_length, 0);
  CHECK(Accepted(WithLine("OPTIONS /x HTTP/1.1")));
  CHECK(Refused(WithLine("OPTIONS *x HTTP/1.1"), HttpError::kBadTarget));
  CHECK(Refused(WithLine("OPTIONS *?x HTTP/1.1"), HttpError::kBadTarget));
}

TEST("CONNECT with host and port is answered 501, with anything else 400") {
  for (const char* target : {"a.example:443", "127.0.0.1:80", "[::1]:8080"}) {
    CHECK(Refused(WithLine("CONNECT " + std::string(target) + " HTTP/1.1"), HttpError::kConnectRefused));
  }
  for (const char* target : {"/", "a.example", "a.example:", ":80", "http://a/", "*", "a:99999", "u@a:1"}) {
    CHECK(Refused(WithLine("CONNECT " + std::string(target) + " HTTP/1.1"), HttpError::kBadTarget));
  }
}

TEST("HTTP/1.0 and HTTP/1.1 are spoken, other major versions get 505") {
  RequestHead head;
  REQUIRE(Accepted("GET / HTTP/1.0\r\n\r\n", &head));
  CHECK_EQ(head.minor_version, 0);
  for (const char* version : {"HTTP/9.9", "HTTP/0.9", "HTTP/3.0", "HTTP/2.0", "HTTP/0.0"}) {
    CHECK(Refused(WithLine("GET / " + std::string(version)), HttpError::kUnsupportedVersion));
  }
}

TEST("a higher minor version is taken for HTTP/1.1, which needs a Host") {
  for (const std::string version : {"HTTP/1.2", "HTTP/1.9"}) {
    RequestHead head;
    REQUIRE(Accepted(WithLine("GET / " + version), &head));
    CHECK_EQ(head.minor_version, 1);
    CHECK(head.keep_alive);
    CHECK(Refused("GET / " + version + "\r\n\r\n", HttpError::kBadHost));
  }
}

TEST("what is not HTTP/d.d is a bad version") {
  for (const auto version : {"HTTP/1."sv, "HTTP/.1"sv, "HTTP/1"sv, "HTTP/"sv, "HTTP/01.1"sv, "HTTP/1.01"sv,
                             "HTTP/1.10"sv, "HTTP/1.1.1"sv, "HTTP/1,1"sv, "HTTP/11.1"sv, "HTTP/+1.1"sv, "HTTP/1.+1"sv,
                             "HTTP/4294967297.1"sv, "HTTP/1.4294967297"sv, "HTTP/ 1.1"sv, "http/1.1"sv, "Http/1.1"sv,
                             "HTTQ/1.1"sv, "ICY/1.1"sv, "HTTPS/1.1"sv, "HTTP1.1"sv, "HTTP/A.B"sv, "HTTP/1.\xb1"sv,
                             "HTTP/1.1x"sv, "H"sv, "HTTP/1.\0"sv, "HTTP/-1.1"sv}) {
    CHECK(Refused(WithLine("GET / " + std::string(version)), HttpError::kBadVersion));
  }
}

TEST("a request without version is refused as soon as its line ends") {
  CHECK(Refused("GET /\r\n", HttpError::kBadRequestLine));
  CHECK(Refused("GET / H\r\n", HttpError::kBadVersion));
}

TEST("at most two empty lines are skipped before the request line") {
  CHECK_EQ(SkipEmptyLines(""), 0u);
  CHECK_EQ(SkipEmptyLines("GET /"), 0u);
  CHECK_EQ(SkipEmptyLines("\r"), 0u);
  CHECK_EQ(SkipEmptyLines("\n"), 0u);
  CHECK_EQ(SkipEmptyLines("\r\nGET"), 2u);
  CHECK_EQ(SkipEmptyLines("\r\n\r"), 2u);
  CHECK_EQ(SkipEmptyLines("\r\n\r\n\r\n"), 4u);
}

TEST("half of an empty line waits for its other half") {
  RequestHead head;
  CHECK_EQ(ParseExactly("\r", 0, {}, &head).status, ParseStatus::kPartial);
  CHECK_EQ(ParseExactly("\r\n", 1, {}, &head).error, HttpError::kBadRequestLine);
}

}  // namespace fastserve::http
