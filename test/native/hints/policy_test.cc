#include "native/hints/policy.h"

#include <string>

#include "test/native/testing.h"

using namespace fastserve::hints;

namespace {

const Policy kPolicy{true, 1000, {"https://cdn.example", "http://[::1]:8080"}};

bool MayHint(std::string_view text) {
  Link link;
  return TakeLink(&text, &link) && kPolicy.MayHint(link);
}

std::string Hints(std::string_view fields) {
  bool may_teach = false;
  std::string all;
  for (const std::string_view hint : HintsOf(fields, kPolicy, &may_teach)) all.append(hint).append("|");
  return may_teach ? all : "forbidden";
}

}  // namespace

TEST("only links that have something fetched or connected to are hints") {
  CHECK(MayHint("</a.css>; rel=preload; as=style"));
  CHECK(MayHint("</a.mjs>; rel=\"modulepreload\""));
  CHECK(MayHint("<https://cdn.example>; rel=preconnect"));
  CHECK(!MayHint("</2>; rel=next"));
  CHECK(!MayHint("</a.css>; rel=stylesheet"));
  CHECK(!MayHint("</a.css>"));
}

TEST("a link to another origin is a hint only where that is listed") {
  CHECK(MayHint("<HTTPS://CDN.example/a.css?x>; rel=preload"));
  CHECK(MayHint("<http://[::1]:8080/a.css>; rel=preload"));
  for (const std::string_view target : {"https://cdn.example.org/a", "https://cdn.example:444/a", "http://cdn.example/a", "//cdn.example/a", "/\\cdn.example/a", "\\\\cdn.example",
                                        " //cdn.example", "/\t/cdn.example", "https://cdn.example@evil.example/", "data:text/css,", "javascript:1"}) {
    CHECK(!MayHint("<" + std::string(target) + ">; rel=preload"));
  }
}

TEST("relative references are the page's own, with any path") {
  for (const std::string_view target : {"a.css", "../a.css", "/a:b.css", "?a:b", "a/b:c"}) CHECK(MayHint("<" + std::string(target) + ">; rel=preload"));
}

TEST("what carries a nonce belongs to one answer") { CHECK(!MayHint("</a.js>; rel=preload; as=script; nonce=\"r4nd0m\"")); }

TEST("links of all lines are taken in order, each once") {
  CHECK_EQ(Hints("Link: </b>; rel=preload, </n>; rel=next\r\nX: y\r\nlink: </a>; rel=preload, </b>; rel=preload\r\n"), "</b>; rel=preload|</a>; rel=preload|");
}

TEST("an answer that no shared cache may store teaches nothing") {
  CHECK_EQ(Hints("Link: </a>; rel=preload\r\nCache-Control: max-age=5, private\r\n"), "forbidden");
  CHECK_EQ(Hints("Cache-Control: No-Store\r\nLink: </a>; rel=preload\r\n"), "forbidden");
  CHECK_EQ(Hints("Cache-Control: no-cache\r\nSet-Cookie: a=b\r\nLink: </a>; rel=preload\r\n"), "</a>; rel=preload|");
}

TEST("a page has a bounded number of links with a bounded number of bytes") {
  std::string many, long_ones;
  for (int i = 0; i < 40; ++i) many += "Link: </" + std::to_string(i) + ">; rel=preload\r\n";
  for (int i = 0; i < 10; ++i) long_ones += "Link: </" + std::to_string(i) + std::string(900, 'a') + ">; rel=preload\r\n";
  bool may_teach = false;
  CHECK_EQ(HintsOf(many, kPolicy, &may_teach).size(), kMaxLinks);
  CHECK_EQ(HintsOf(long_ones, kPolicy, &may_teach).size(), 4u);
  CHECK(HintsOf("Link: </" + std::string(kMaxLinkBytes, 'a') + ">; rel=preload\r\n", kPolicy, &may_teach).empty());
}
