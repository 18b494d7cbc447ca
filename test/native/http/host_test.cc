// Host and authorities (RFC 9112 3.2, RFC 3986 3.2.2).
#include <string>

#include "native/http/grammar/authority.h"
#include "test/native/http/split_feeding.h"

namespace fastserve::http {

using namespace std::string_view_literals;

namespace {

std::string WithHost(std::string_view host, std::string_view version = "1.1") {
  return "GET / HTTP/" + std::string(version) + "\r\nHost: " + std::string(host) + "\r\n\r\n";
}

}  // namespace

TEST("HTTP/1.1 needs exactly one Host") {
  CHECK(Refused("GET / HTTP/1.1\r\n\r\n", HttpError::kBadHost));
  CHECK(Refused("GET / HTTP/1.1\r\nX-A: b\r\n\r\n", HttpError::kBadHost));
  CHECK(Refused(Get("Host: a.example\r\n"), HttpError::kBadHost));
  CHECK(Refused(Get("X-A: b\r\nX-B: c\r\nhOST: c.example\r\n"), HttpError::kBadHost));
}

TEST("a head that is filled again knows the host before, and no other") {
  RequestHead head;
  const auto parse = [&](std::string_view host) { return ParseExactly(WithHost(host), 0, {}, &head).status; };
  CHECK(parse("a.example:80") == ParseStatus::kDone);
  CHECK(parse("a.example:80") == ParseStatus::kDone);
  for (const auto bad : {"a.example:8a"sv, "a.example:8 "sv, "a.examp e:80"sv, "[.example:80"sv, "a.example:80,b"sv}) {
    CHECK(parse(bad) == (bad == "a.example:8 "sv ? ParseStatus::kDone : ParseStatus::kBad));  // OWS is not of the value
    CHECK(parse("a.example:80") == ParseStatus::kDone);
  }
  const std::string long_host(100, 'h');
  CHECK(parse(long_host) == ParseStatus::kDone);
  CHECK(parse("a.example:80") == ParseStatus::kDone);
  CHECK(parse(long_host + ":x") == ParseStatus::kBad);
}

TEST("HTTP/1.0 may go without Host but not with two") {
  RequestHead head;
  REQUIRE(Accepted("GET / HTTP/1.0\r\n\r\n", &head));
  CHECK_EQ(head.authority_length, 0);
  CHECK(Refused("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", HttpError::kBadHost));
}

TEST("an empty Host is accepted on HTTP/1.0 only") {
  CHECK(Refused(WithHost(""), HttpError::kBadHost));
  CHECK(Refused(WithHost(" \t"), HttpError::kBadHost));
  RequestHead head;
  REQUIRE(Accepted(WithHost("", "1.0"), &head));
  CHECK_EQ(head.authority_length, 0);
}

TEST("valid hosts become the authority") {
  for (const char* host : {"[::1]", "[::1]:8080", "127.0.0.1:80", "example.com.", "EXAMPLE.com", "a:", "a",
                           "xn--bcher-kva.example", "a_b.example", "a%41b", "a:0", "a:65535", "a:00080",
                           "a!$&'()*+,;=b", "[2001:db8::8:800:200c:417a]", "[::ffff:192.0.2.1]:1", "1.2.3.4.5",
                           "999.1.1.1"}) {
    RequestHead head;
    const std::string input = WithHost(host);
    REQUIRE(Accepted(input, &head));
    CHECK_EQ(input.substr(head.authority_offset, head.authority_length), host);
  }
  RequestHead head;
  REQUIRE(Accepted(WithHost("a  "), &head));
  CHECK_EQ(head.authority_length, 1);
}

TEST("invalid hosts are refused") {
  for (const auto host : {"a b"sv, "a/b"sv, "u@a"sv, "a?b"sv, "a#b"sv, "a\\b"sv, "a<b"sv, "\"a\""sv, "[::1"sv,
                          "[::1]x"sv, "a:80:80"sv, "a:port"sv, "a:-1"sv, "a:80a"sv, "a\tb"sv, "a\x80" "b"sv,
                          "http://a"sv, "a%zz"sv, "a, b"sv, "a^b"sv, "{a}"sv, "[g::1]"sv, ":80"sv, ":"sv, "a:65536"sv,
                          "a:4294967296"sv, "a:18446744073709551617"sv, "a: 80"sv, "a:+80"sv, "%"sv, "a%4"sv, "a%"sv,
                          "[]"sv, "[v1.a]"sv, "[::1]]"sv, "[[::1]]"sv, "[fe80::1%eth0]"sv, "[fe80::1%25eth0]"sv,
                          "::1"sv, "a]"sv, "|"sv}) {
    CHECK(Refused(WithHost(host), HttpError::kBadHost));
    CHECK(Refused(WithHost(host, "1.0"), HttpError::kBadHost));
  }
}

TEST("IPv6 addresses are parsed, not only spelled") {
  for (const char* good : {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8",
                           "ABCD:ef01::", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "1::1.2.3.4", "0000:0000::0000"}) {
    CHECK(IsAuthority("[" + std::string(good) + "]", PortRule::kOptional));
  }
  for (const char* bad : {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::12345",
                          "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4::5:6:7:8", "::1.2.3", "::1.2.3.256", "::1.2.3.04",
                          "::1.2.3.4.5", "1.2.3.4", "1.2.3.4::", "1:", ":1", "::1:", "::g", "1:2:3:4:5:6:7:", "::1 "}) {
    CHECK(!IsAuthority("[" + std::string(bad) + "]", PortRule::kOptional));
  }
}

}  // namespace fastserve::http
