// Every kernel against the reference on random payloads, at every alignment.
#include <random>

#include "test/fuzz/template_check.h"
#include "test/native/testing.h"

using namespace fastserve::templates;

namespace {

using Random = std::mt19937;

size_t Below(Random& random, size_t end) { return random() % end; }

LiteralTable RandomTable(Random& random, uint32_t id_width) {
  TableContent content;
  content.id_width = id_width;
  const size_t count = Below(random, id_width == 1 ? 60 : 500);
  for (size_t i = 0; i < count; ++i) {
    const size_t size = Below(random, 4) == 0 ? Below(random, 400) : Below(random, 40);
    content.literals.push_back({std::string(size, static_cast<char>('A' + i % 26)), Below(random, 5) == 0 ? Mode::kRaw : Mode::kEscape});
  }
  return LiteralTable(content);
}

// Values of the kinds that pages have: plain, all special, long, empty, with bytes of every value.
std::string RandomValue(Random& random, bool hostile) {
  std::string value;
  const size_t size = Below(random, 8) == 0 ? Below(random, 300) : Below(random, 20);
  const size_t kind = Below(random, 4);
  for (size_t i = 0; i < size; ++i) {
    if (kind == 0) value.push_back("&<>\"'"[Below(random, 5)]);
    if (kind == 1) value.push_back(static_cast<char>('a' + Below(random, 26)));
    if (kind == 2) value.push_back("ab<c&d"[Below(random, 6)]);
    if (kind == 3) value.push_back(static_cast<char>(random()));
  }
  for (char& byte : value) {
    if (byte == kEscape && !hostile) byte = '-';
  }
  if (hostile && Below(random, 3) == 0) value.insert(Below(random, value.size() + 1), 1, kEscape);
  return value;
}

std::string RandomToken(Random& random, const LiteralTable& table) {
  const auto id = static_cast<uint32_t>(Below(random, table.size()));
  std::string token{kEscape};
  if (table.id_width() == 2) token.push_back(static_cast<char>(kIdBase + id / kIdCharacters));
  token.push_back(static_cast<char>(kIdBase + id % kIdCharacters));
  return token;
}

// The number of pages that were not refused.
int Compare(uint32_t id_width, bool hostile, int pages) {
  Random random(id_width * 2 + hostile);
  int accepted = 0;
  for (int i = 0; i < pages; ++i) {
    const LiteralTable table = RandomTable(random, id_width);
    const auto tokens = static_cast<uint32_t>(Below(random, 40));
    std::string payload;
    for (uint32_t t = 0; t < tokens; ++t) payload += RandomValue(random, hostile) + RandomToken(random, table);
    const std::string fault = fuzz::FindAssemblyFault(table, payload, tokens, Below(random, 64));
    CHECK_EQ(fault, "");
    if (!fault.empty()) return accepted;
    accepted += AssembledSize(table, payload, tokens) >= 0;
  }
  return accepted;
}

}  // namespace

TEST("every kernel makes the reference's page of random payloads") {
  CHECK_EQ(Compare(1, false, 3000), 3000);
  CHECK_EQ(Compare(2, false, 1000), 1000);
}

TEST("every kernel refuses what the reference refuses when values hold ESC") {
  const int accepted = Compare(1, true, 3000) + Compare(2, true, 1000);
  CHECK(accepted > 50);
  CHECK(accepted < 2000);
}

TEST("special bytes at every place of every block are found, at every alignment") {
  TableContent content;
  content.literals = {{"[literal]", Mode::kEscape}, {std::string(100, 'L'), Mode::kRaw}};
  for (const uint32_t id_width : {1u, 2u}) {
    content.id_width = id_width;
    const LiteralTable table(content);
    const std::string escaped = id_width == 1 ? "\x1b" "C" : "\x1b@C";
    const std::string raw = id_width == 1 ? "\x1b" "D" : "\x1b@D";
    for (size_t before = 0; before < 70; ++before) {
      for (size_t between = 0; between < 34; ++between) {
        const std::string text = std::string(before, 'x') + "<" + std::string(between, 'y') + escaped + "&&" + raw + "'" +
                                 std::string(between, '>') + escaped;
        CHECK_EQ(fuzz::FindAssemblyFault(table, text, 3, before % 32), "");
      }
    }
  }
}
