#include "native/template/literal_table.h"

#include <set>
#include <string>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::templates;

namespace {

TableContent Content(std::vector<std::string> texts, uint64_t key = 7) {
  TableContent content;
  for (std::string& text : texts) content.literals.push_back({std::move(text), Mode::kEscape});
  content.tag_key = key;
  return content;
}

}  // namespace

TEST("a table holds copies of its literals behind the reserved ids") {
  const LiteralTable table(Content({"one", "", "three"}));
  CHECK_EQ(table.size(), size_t{kFirstLiteral + 3});
  CHECK_EQ(std::string(table.Find(3)->data, table.Find(3)->size), "one");
  CHECK_EQ(table.Find(4)->size, 0u);
  CHECK_EQ(std::string(table.Find(5)->data, table.Find(5)->size), "three");
  CHECK(table.Find(6) == nullptr);
  CHECK_EQ(table.Find(kEscapeOn)->mode, Mode::kEscape);
  CHECK_EQ(table.Find(kRawOn)->mode, Mode::kRaw);
  CHECK_EQ(table.Find(kEscapeByte)->mode, Mode::kKeep);
}

TEST("a table takes as many literals as its ids can name") {
  TableContent content = Content(std::vector<std::string>(60, "x"));
  CHECK_EQ(LiteralTable::Fault(content), "");
  content.literals.push_back({"x", Mode::kEscape});
  CHECK(!LiteralTable::Fault(content).empty());
  content.id_width = 2;
  CHECK_EQ(LiteralTable::Fault(content), "");
  content.literals.resize(3967, {"x", Mode::kEscape});
  CHECK(!LiteralTable::Fault(content).empty());
  content.id_width = 3;
  CHECK(!LiteralTable::Fault(content).empty());
}

TEST("the version of a table tells texts, their borders, modes, id width and key apart") {
  std::set<uint64_t> versions;
  TableContent modes = Content({"ab", "c"});
  modes.literals[1].mode = Mode::kRaw;
  TableContent wide = Content({"ab", "c"});
  wide.id_width = 2;
  for (const TableContent& content : {Content({"ab", "c"}), Content({"a", "bc"}), Content({"ab", "d"}), Content({"abc"}), modes, wide,
                                      Content({"ab", "c"}, 8)}) {
    const LiteralTable table(content);
    versions.insert(table.version());
    CHECK(table.Equals(LiteralTable(content)));
  }
  CHECK_EQ(versions.size(), size_t{7});
  CHECK(!LiteralTable(Content({"ab", "c"})).Equals(LiteralTable(Content({"a", "bc"}))));
  CHECK(!LiteralTable(modes).Equals(LiteralTable(Content({"ab", "c"}))));
}
