#include "native/template/table_registry.h"

#include <thread>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::templates;

namespace {

std::shared_ptr<const LiteralTable> TableOf(const std::string& text) {
  TableContent content;
  content.literals = {{text, Mode::kEscape}};
  return std::make_shared<LiteralTable>(content);
}

}  // namespace

TEST("equal tables of several threads have one id and one copy") {
  TableRegistry registry;
  std::vector<RegisteredTable> registered(8);
  std::vector<std::thread> threads;
  for (auto& slot : registered) {
    threads.emplace_back([&] { slot = registry.Register(TableOf("same")); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : registered) {
    CHECK_EQ(one.id, registered[0].id);
    CHECK(one.table == registered[0].table);
  }
  CHECK_EQ(registry.LiveTables(), size_t{1});
}

TEST("a table that nobody holds is gone, and its id is not used again") {
  TableRegistry registry;
  RegisteredTable first = registry.Register(TableOf("first"));
  const RegisteredTable second = registry.Register(TableOf("second"));
  CHECK_EQ(registry.LiveTables(), size_t{2});
  const uint32_t id = first.id;
  first.table.reset();
  CHECK_EQ(registry.LiveTables(), size_t{1});
  const RegisteredTable again = registry.Register(TableOf("first"));
  CHECK(again.id != id);
  CHECK(again.id != second.id);
}
