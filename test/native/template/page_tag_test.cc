#include "native/template/page_tag.h"

#include <string>

#include "test/native/testing.h"

using namespace fastserve::templates;

namespace {

LiteralTable TableOf(const std::string& text, const char* secret) {
  TableContent content;
  content.literals = {{text, Mode::kEscape}};
  content.tag_key = TagKey(secret);
  return LiteralTable(content);
}

std::string Tag(const LiteralTable& table, const char* payload) { return std::string(PageTag(table, payload).text()); }

}  // namespace

TEST("a page's tag is weak and has sixteen hexadecimal digits") {
  const std::string tag = Tag(TableOf("a", ""), "payload");
  CHECK_EQ(tag.size(), PageTag::kSize);
  CHECK_EQ(tag.substr(0, 3), "W/\"");
  CHECK_EQ(tag.back(), '"');
  CHECK_EQ(tag.substr(3, 16).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST("a tag changes with the payload, the literals and the secret, and with nothing else") {
  const std::string tag = Tag(TableOf("a", "secret"), "payload");
  CHECK_EQ(Tag(TableOf("a", "secret"), "payload"), tag);
  CHECK(Tag(TableOf("a", "secret"), "payloae") != tag);
  CHECK(Tag(TableOf("b", "secret"), "payload") != tag);
  CHECK(Tag(TableOf("a", "secreu"), "payload") != tag);
  CHECK(Tag(TableOf("a", ""), "payload") != tag);
  CHECK_EQ(Tag(TableOf("a", ""), "payload"), Tag(TableOf("a", ""), "payload"));
}
