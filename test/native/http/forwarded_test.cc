#include "native/http/fields/forwarded.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace {

using namespace fastserve;
using namespace fastserve::http;

TrustedPeers Trusting(std::initializer_list<const char*> networks) {
  TrustedPeers trusted;
  for (const char* text : networks) REQUIRE(base::ParseIpNetwork(text, &trusted.networks.emplace_back()));
  return trusted;
}

// What a request with these lines says, in one line: "203.0.113.7:80 https host", "-" for what is not said; "bad" when it is
// not to be believed. 10.0.0.0/8 is trusted.
std::string Facts(const std::string& lines) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: own.example\r\n" + lines + "\r\n";
  RequestHead head;
  REQUIRE(ParseRequestHead(bytes, 0, {}, &head).status == ParseStatus::kDone);
  ForwardedFacts facts;
  if (!ReadForwarded(head, bytes, Trusting({"10.0.0.0/8", "2001:db8:f::/48"}), &facts)) return "bad";
  std::string text;
  if (facts.client.family == 0) {
    text = "-";
  } else if (facts.client.family == 4) {
    for (int i = 0; i < 4; ++i) text += (i > 0 ? "." : "") + std::to_string(facts.client.bytes[i]);
  } else {
    text = "v6/" + std::to_string(facts.client.bytes[15]);
  }
  if (facts.port != 0) text += ":" + std::to_string(facts.port);
  text += facts.scheme == ForwardedScheme::kHttps ? " https" : facts.scheme == ForwardedScheme::kHttp ? " http" : " -";
  return text + " " + (facts.host_length == 0 ? "-" : bytes.substr(facts.host_offset, facts.host_length));
}

TEST("without the fields nothing is said") { CHECK_EQ(Facts(""), "- - -"); }

TEST("the right-most address that is not trusted is the client") {
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.2, 10.0.0.3\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("Forwarded: for=6.6.6.6, for=203.0.113.7, for=10.0.0.2\r\n"), "203.0.113.7 - -");
}

TEST("where every address is trusted the left-most is the client") {
  CHECK_EQ(Facts("X-Forwarded-For: 10.0.0.9, 10.0.0.2\r\n"), "10.0.0.9 - -");
  CHECK_EQ(Facts("Forwarded: for=10.0.0.9, for=10.0.0.2\r\n"), "10.0.0.9 - -");
}

TEST("several lines are one list") {
  CHECK_EQ(Facts("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 10.0.0.2\r\n"),
           "203.0.113.7 - -");
  CHECK_EQ(Facts("Forwarded: for=6.6.6.6\r\nForwarded: for=203.0.113.7\r\n"), "203.0.113.7 - -");
}

TEST("nodes have ports and brackets") {
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7:4711\r\n"), "203.0.113.7:4711 - -");
  CHECK_EQ(Facts("X-Forwarded-For: 2001:db8::5\r\n"), "v6/5 - -");
  CHECK_EQ(Facts("X-Forwarded-For: [2001:db8::5]:81\r\n"), "v6/5:81 - -");
  CHECK_EQ(Facts("X-Forwarded-For: ::ffff:203.0.113.7\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("Forwarded: For=\"[2001:db8::5]:81\"\r\n"), "v6/5:81 - -");
  CHECK_EQ(Facts("Forwarded: for=\"203.0.113.7:80\"\r\n"), "203.0.113.7:80 - -");
}

TEST("a hidden node ends the walk, and the last known proxy stands for the client") {
  CHECK_EQ(Facts("Forwarded: for=203.0.113.7, for=_hidden, for=10.0.0.2\r\n"), "10.0.0.2 - -");
  CHECK_EQ(Facts("Forwarded: for=unknown\r\n"), "- - -");
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7, unknown\r\n"), "- - -");
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7, 1.2.3.4:99999, 10.0.0.2\r\n"), "10.0.0.2 - -");
}

TEST("scheme and host come from the element that names the client") {
  CHECK_EQ(Facts("Forwarded: for=6.6.6.6;proto=http;host=evil, for=203.0.113.7;proto=https;host=\"a.example:444\", "
                 "for=10.0.0.2;proto=http;host=inner\r\n"),
           "203.0.113.7 https a.example:444");
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7, 10.0.0.2\r\nX-Forwarded-Proto: https, http\r\n"
                 "X-Forwarded-Host: a.example, inner\r\n"),
           "203.0.113.7 https a.example");
}

TEST("a single scheme or host counts whatever the number of proxies") {
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7, 10.0.0.2\r\nX-Forwarded-Proto: HTTPS\r\nX-Forwarded-Host: a.example\r\n"),
           "203.0.113.7 https a.example");
  CHECK_EQ(Facts("X-Forwarded-Proto: https\r\n"), "- https -");
}

TEST("members that a client put in front of the proxy's are not looked at") {
  CHECK_EQ(Facts("X-Forwarded-For: nonsense, 203.0.113.7\r\nX-Forwarded-Proto: gopher, http\r\n"
                 "X-Forwarded-Host: b@d, a.example\r\n"),
           "203.0.113.7 http a.example");
}

TEST("empty members and elements count for nothing") {
  CHECK_EQ(Facts("X-Forwarded-For: , 203.0.113.7, ,\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("Forwarded: , for=203.0.113.7;, ,\r\n"), "203.0.113.7 - -");
  CHECK_EQ(Facts("X-Forwarded-For:\r\nForwarded:\r\n"), "- - -");
}

TEST("other parameters, quotes and spaces are read over") {
  CHECK_EQ(Facts("Forwarded: by=\"x, y\\\"\";for=203.0.113.7 ; secret=_z ;PROTO=https\r\n"), "203.0.113.7 https -");
}

TEST("a list that breaks the grammar is not believed") {
  for (const char* value :
       {"for", "for=", "=1.2.3.4", "for=1.2.3.4 proto=http", "for=\"1.2.3.4", "for=\"1.2.3.4\"x", "for=1.2.3.4;for=1.2.3.5",
        "for =1.2.3.4", "for= 1.2.3.4", "for=\"1.2.3\\.4\"", "for=1.2.3.4;host=a{b}", "for=\"a, for=1.2.3.4"}) {
    CHECK_EQ(Facts(std::string("Forwarded: ") + value + "\r\n"), "bad");
  }
}

TEST("schemes other than http and https, and hosts that are none, are not believed") {
  CHECK_EQ(Facts("X-Forwarded-Proto: gopher\r\n"), "bad");
  CHECK_EQ(Facts("X-Forwarded-Host: a b\r\n"), "bad");
  CHECK_EQ(Facts("X-Forwarded-Host: user@a.example\r\n"), "bad");
  CHECK_EQ(Facts("Forwarded: for=1.2.3.4;proto=ftp\r\n"), "bad");
  CHECK_EQ(Facts("Forwarded: for=1.2.3.4;host=\"a/b\"\r\n"), "bad");
}

TEST("more than 64 elements of Forwarded are not believed") {
  std::string value = "Forwarded: for=1.2.3.4";
  for (int i = 1; i < 64; ++i) value += ", for=10.0.0.1";
  CHECK_EQ(Facts(value + "\r\n"), "1.2.3.4 - -");
  CHECK_EQ(Facts(value + ", for=10.0.0.1\r\n"), "bad");
}

TEST("two forms that say the same are believed") {
  CHECK_EQ(Facts("Forwarded: for=203.0.113.7;proto=https;host=a.example\r\nX-Forwarded-For: 203.0.113.7\r\n"
                 "X-Forwarded-Proto: https\r\nX-Forwarded-Host: A.example\r\n"),
           "203.0.113.7 https a.example");
}

TEST("two forms that name different clients, schemes or hosts are not believed") {
  const std::string customary = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a.example\r\n";
  CHECK_EQ(Facts(customary + "Forwarded: for=10.0.0.1\r\n"), "bad");
  CHECK_EQ(Facts(customary + "Forwarded: proto=http\r\n"), "bad");
  CHECK_EQ(Facts(customary + "Forwarded: for=203.0.113.7;proto=https\r\n"), "bad");
  CHECK_EQ(Facts(customary + "Forwarded: for=203.0.113.7;host=evil\r\n"), "bad");
}

TEST("what only one of two forms says is left out") {
  CHECK_EQ(Facts("X-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.7;proto=https;host=evil\r\n"), "203.0.113.7 - -");
}

TEST("peers on unix sockets are trusted only by name") {
  TrustedPeers trusted = Trusting({"0.0.0.0/0"});
  CHECK(!trusted.Contains({}));
  trusted.unix_sockets = true;
  CHECK(trusted.Contains({}));
}

}  // namespace
