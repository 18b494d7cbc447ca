// What a page looks like, and what is refused. Each kernel; FindAssemblyFault compares them with the reference.
#include "native/template/assemble.h"

#include <algorithm>
#include <memory>
#include <string>

#include "test/fuzz/template_check.h"
#include "test/native/testing.h"

using namespace fastserve::templates;

namespace {

constexpr auto kCount = static_cast<int64_t>(Refusal::kCount);
constexpr auto kUnknownId = static_cast<int64_t>(Refusal::kUnknownId);
constexpr auto kNoRoom = static_cast<int64_t>(Refusal::kNoRoom);

// 3 "<p>", 4 "</p>", 5 "<script>" raw behind it, 6 "" raw behind it.
LiteralTable SmallTable(uint32_t id_width = 1) {
  TableContent content;
  content.literals = {{"<p>", Mode::kEscape}, {"</p>", Mode::kEscape}, {"<script>", Mode::kRaw}, {"", Mode::kRaw}};
  content.id_width = id_width;
  return LiteralTable(content);
}

std::string Token(uint32_t id, uint32_t id_width = 1) {
  std::string token{kEscape};
  if (id_width == 2) token.push_back(static_cast<char>(kIdBase + id / kIdCharacters));
  token.push_back(static_cast<char>(kIdBase + id % kIdCharacters));
  return token;
}

// The page that all kernels make, or "refused: " and the code.
std::string Page(const LiteralTable& table, const std::string& payload, uint32_t tokens) {
  CHECK_EQ(fuzz::FindAssemblyFault(table, payload, tokens), "");
  const fuzz::PaddedText padded(payload);
  std::string page(payload.size() * 8 + 1024, '\0');
  const int64_t size = Assemble(table, padded, tokens, page.data(), page.size());
  if (size < 0) return "refused: " + std::to_string(size);
  page.resize(static_cast<size_t>(size));
  return page;
}

std::string RefusedFor(int64_t refusal) { return "refused: " + std::to_string(refusal); }

}  // namespace

TEST("literals stand between values, and the five characters of HTML become entities") {
  const LiteralTable table = SmallTable();
  CHECK_EQ(Page(table, Token(3) + "a < b & \"c\" > 'd'" + Token(4), 2), "<p>a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;</p>");
  CHECK_EQ(Page(table, Token(3), 1), "<p>");
}

TEST("a payload of nothing is an empty page") {
  CHECK_EQ(Page(SmallTable(), "", 0), "");
  CHECK_EQ(Page(SmallTable(), "", 1), RefusedFor(kCount));
}

TEST("values behind a raw literal are not escaped, until the next literal") {
  CHECK_EQ(Page(SmallTable(), Token(5) + "a<b" + Token(4) + "a<b" + Token(4), 3), "<script>a<b</p>a&lt;b</p>");
}

TEST("values before the first literal are escaped") { CHECK_EQ(Page(SmallTable(), "<" + Token(4), 1), "&lt;</p>"); }

TEST("the reserved ids switch escaping off and on within a page") {
  CHECK_EQ(Page(SmallTable(), Token(kRawOn) + "<b>" + Token(kEscapeOn) + "<b>" + Token(4), 3), "<b>&lt;b&gt;</p>");
}

TEST("the reserved id of ESC writes ESC and keeps the mode") {
  const std::string payload = Token(3) + "<" + Token(kEscapeByte) + "<" + Token(kRawOn) + "<" + Token(kEscapeByte) + "<" + Token(4);
  CHECK_EQ(Page(SmallTable(), payload, 5), "<p>&lt;\x1b&lt;<\x1b<</p>");
}

TEST("NUL, control bytes and bytes beyond ASCII pass unchanged") {
  std::string value;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != kEscape && std::string("&<>\"'").find(static_cast<char>(byte)) == std::string::npos) value.push_back(static_cast<char>(byte));
  }
  CHECK_EQ(Page(SmallTable(), Token(3) + value + Token(4), 2), "<p>" + value + "</p>");
}

TEST("ids of two characters name the same literals") {
  const LiteralTable table = SmallTable(2);
  CHECK_EQ(Page(table, Token(3, 2) + "<" + Token(4, 2), 2), "<p>&lt;</p>");
  CHECK_EQ(Page(table, Token(7, 2), 1), RefusedFor(kUnknownId));
  CHECK_EQ(Page(table, Token(63, 2), 1), RefusedFor(kUnknownId));
}

TEST("the last of 3,969 ids names the last literal") {
  TableContent content;
  content.id_width = 2;
  for (uint32_t id = kFirstLiteral; id < IdCount(2); ++id) content.literals.push_back({std::to_string(id), Mode::kEscape});
  const LiteralTable table(content);
  CHECK_EQ(Page(table, "\x1b~~\x1b@C\x1b" "A@", 3), "3968363");
}

TEST("a value with ESC in it is refused by the count, also when it forges a token") {
  const LiteralTable table = SmallTable();
  CHECK_EQ(Page(table, Token(3) + "a" + Token(kRawOn) + "<script>" + Token(4), 2), RefusedFor(kCount));
  CHECK_EQ(Page(table, Token(3) + "a" + Token(4), 3), RefusedFor(kCount));
}

TEST("ESC without an id of the table is refused") {
  const LiteralTable table = SmallTable();
  for (const std::string& value : {std::string("\x1b"), std::string("\x1b<"), std::string("\x1b?"), std::string("\x1b\x7f"),
                                   std::string("\x1b\xc3"), Token(7), std::string("\x1b\0", 2)}) {
    CHECK_EQ(Page(table, Token(3) + value + Token(4), 3), RefusedFor(kUnknownId));
  }
}

TEST("a payload that does not end with a token is refused") {
  const LiteralTable table = SmallTable();
  CHECK_EQ(Page(table, "a", 0), RefusedFor(kCount));
  CHECK_EQ(Page(table, Token(3) + "a", 1), RefusedFor(kCount));
  CHECK_EQ(Page(table, Token(3) + "\x1b", 2), RefusedFor(kCount));
}

TEST("400,000 characters that are escaped need room for six times as many bytes, and get no byte beyond") {
  const LiteralTable table = SmallTable();
  const std::string payload = std::string(400'000, '"') + Token(4);
  const fuzz::PaddedText padded(payload);
  const size_t size = 6 * 400'000 + 4;
  CHECK_EQ(AssembledSize(table, payload, 1), static_cast<int64_t>(size));
  for (const NamedKernel& kernel : AvailableKernels()) {
    std::string page(size + kOutputSlack, 'x');
    CHECK_EQ(kernel.run(table, padded, 1, page.data(), page.size()), static_cast<int64_t>(size));
    CHECK_EQ(kernel.run(table, padded, 1, page.data(), size / 2), kNoRoom);
  }
}

TEST("whatever the room, a page is whole or refused, and nothing is written behind the room") {
  const LiteralTable table = SmallTable();
  std::string rows;
  for (int i = 0; i < 12; ++i) rows += Token(3) + "va\"lue<" + std::to_string(i) + Token(4);
  // Blocks of the largest growth.
  const std::string quotes = Token(3) + std::string(96, '"') + Token(4);
  for (const std::string& payload : {rows, quotes}) {
    const auto tokens = static_cast<uint32_t>(std::count(payload.begin(), payload.end(), kEscape));
    const auto size = static_cast<size_t>(AssembledSize(table, payload, tokens));
    const fuzz::PaddedText padded(payload);
    for (const NamedKernel& kernel : AvailableKernels()) {
      for (size_t room = 0; room <= size + kOutputSlack; ++room) {
        const std::unique_ptr<char[]> out(new char[room]);  // a sanitizer sees what is written behind it
        const int64_t result = kernel.run(table, padded, tokens, out.get(), room);
        CHECK(result == static_cast<int64_t>(size) || (result == kNoRoom && room < size + kOutputSlack));
      }
    }
  }
}
