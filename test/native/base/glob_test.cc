// The pattern language of cache rules.
#include "native/base/glob.h"

#include <string>

#include "test/native/testing.h"

using namespace fastserve::base;

namespace {

bool Matches(std::string_view pattern, std::string_view name) {
  Glob glob;
  std::string error;
  CHECK(Glob::Compile(pattern, &glob, &error));
  CHECK_EQ(error, "");
  return glob.Matches(name);
}

std::string Refusal(std::string_view pattern) {
  Glob glob;
  std::string error;
  CHECK(!Glob::Compile(pattern, &glob, &error));
  return error;
}

}  // namespace

TEST("glob: a pattern without a slash is compared with the last segment") {
  CHECK(Matches("*.css", "a.css"));
  CHECK(Matches("*.css", "deep/er/a.css"));
  CHECK(!Matches("*.css", "a.css/b"));
  CHECK(!Matches("*.css", "a.cssx"));
  CHECK(Matches("index.html", "docs/index.html"));
  CHECK(!Matches("index.html", "xindex.html"));
}

TEST("glob: a pattern with a slash is compared with the whole name") {
  CHECK(Matches("assets/*.js", "assets/a.js"));
  CHECK(!Matches("assets/*.js", "assets/deep/a.js"));
  CHECK(!Matches("assets/*.js", "x/assets/a.js"));
}

TEST("glob: two stars cross slashes") {
  CHECK(Matches("assets/**", "assets/deep/a.js"));
  CHECK(Matches("assets/**", "assets/"));
  CHECK(Matches("**/a.js", "x/y/a.js"));
  CHECK(!Matches("**/a.js", "a.js"));
  CHECK(Matches("a/**/z", "a/b/c/z"));
}

TEST("glob: a star takes anything but a slash, also nothing") {
  CHECK(Matches("a*b*c", "abc"));
  CHECK(Matches("a*b*c", "axxbbyc"));
  CHECK(!Matches("a*b*c", "axxc"));
  CHECK(Matches("*", "anything"));
}

TEST("glob: a question mark takes one byte") {
  CHECK(Matches("a?c", "abc"));
  CHECK(!Matches("a?c", "ac"));
  CHECK(!Matches("x/a?c", "x/a/c"));
}

TEST("glob: classes have ranges, a negation and a count") {
  CHECK(Matches("*.[0-9a-f]{8}.*", "app.3f9a1c2b.js"));
  CHECK(!Matches("*.[0-9a-f]{8}.*", "app.3f9a1c2.js"));
  CHECK(!Matches("*.[0-9a-f]{8}.*", "app.3f9a1c2b0.js"));
  CHECK(!Matches("*.[0-9a-f]{8}.*", "app.3f9a1c2g.js"));
  CHECK(Matches("*-[A-Za-z0-9_-]{8}.*", "index-BfC3_9-Q.js"));
  CHECK(Matches("[!a]b", "xb"));
  CHECK(!Matches("[!a]b", "ab"));
  CHECK(!Matches("x/[!a]b", "x//b"));
  CHECK(Matches("?{3}", "abc"));
  CHECK(!Matches("?{3}", "abcd"));
}

TEST("glob: special characters stand for themselves inside a class") {
  CHECK(Matches("[*]", "*"));
  CHECK(!Matches("[*]", "a"));
  CHECK(Matches("[]]", "]"));
  CHECK(Matches("[{][}]", "{}"));
  CHECK(Matches("[a-]", "-"));
}

TEST("glob: bytes above ASCII are ordinary") {
  CHECK(Matches("\xC3\xBC*", "\xC3\xBCx"));
  CHECK(Matches("??", "\xC3\xBC"));
}

TEST("glob: what is not of the language is refused with the reason") {
  CHECK_EQ(Refusal(""), "the pattern \"\" is empty");
  CHECK_EQ(Refusal("/a"), "the pattern \"/a\" begins with \"/\": names are relative to the root");
  CHECK_EQ(Refusal("[abc"), "the pattern \"[abc\" has a class that is not closed, or runs backwards");
  for (const char* pattern : {"[]", "[!]", "[z-a]"}) CHECK(!Refusal(pattern).empty());
  CHECK_EQ(Refusal("[a]{0}"), "the pattern \"[a]{0}\" has a count that is not {1} to {64}");
  for (const char* pattern : {"?{}", "?{65}", "?{100}", "?{x}", "?{8"}) CHECK(!Refusal(pattern).empty());
  for (const char* pattern : {"a{2}", "a]", "{a,b}", "*{2}"}) CHECK(!Refusal(pattern).empty());
  CHECK_EQ(Refusal(std::string(513, 'a')).find("is too long") != std::string::npos, true);
}

TEST("glob: a pattern made to be slow is not") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK(!Matches(pattern + "b", std::string(4000, 'a')));
}
