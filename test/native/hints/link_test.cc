#include "native/hints/link.h"

#include "test/native/testing.h"

using namespace fastserve::hints;

namespace {

Link Only(std::string_view list) {
  Link link;
  CHECK(TakeLink(&list, &link));
  return link;
}

int Count(std::string_view list) {
  int count = 0;
  for (Link link; TakeLink(&list, &link);) ++count;
  return count;
}

}  // namespace

TEST("a link has a target and relations, whatever stands around them") {
  const Link link = Only(" <a.css> ;as=style ; rel = \"preload stylesheet\" , <b>");
  CHECK_EQ(link.target, "a.css");
  CHECK_EQ(link.rel, "preload stylesheet");
  CHECK_EQ(link.whole, "<a.css> ;as=style ; rel = \"preload stylesheet\"");
}

TEST("commas and semicolons in targets and quoted parameters end no link") {
  CHECK_EQ(Only("<a,b;c>; title=\"x, <y>; \\\" rel=z\"; rel=preload").rel, "preload");
  CHECK_EQ(Count("<a>; rel=x,, , <b,c>; t=\",\", <d>"), 3);
}

TEST("of several rel parameters the first counts") { CHECK_EQ(Only("<a>; rel=next; rel=preload").rel, "next"); }

TEST("a nonce is seen in any case, with and without a value") {
  CHECK(Only("<a>; NONCE=\"x\"").has_nonce);
  CHECK(Only("<a>; nonce").has_nonce);
  CHECK(!Only("<a>; title=nonce").has_nonce);
}

TEST("what breaks the grammar ends the list") {
  for (const std::string_view list : {"", " , ", "a", "<a", "<a> b", "<a>; t=\"x", "<a>; t=\"x\" y", "<a>; t=\"\\"}) CHECK_EQ(Count(list), 0);
  CHECK_EQ(Count("<a>; rel=x, b, <c>"), 1);
}

TEST("relation types are words in any case") {
  CHECK(HasRelation("  Stylesheet  PRELOAD ", "preload"));
  CHECK(!HasRelation("preloaded", "preload"));
  CHECK(!HasRelation("", "preload"));
}
