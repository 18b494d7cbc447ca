#include "native/template/table_registry.h"

#include <utility>

namespace fastserve::templates {

TableRegistry& TableRegistry::Instance() {
  static auto* instance = new TableRegistry;  // threads may outlive static destructors
  return *instance;
}

RegisteredTable TableRegistry::Register(std::shared_ptr<const LiteralTable> table) {
  std::lock_guard<std::mutex> lock(mutex_);
  ForgetReleased();
  for (const auto& [id, weak] : tables_) {
    std::shared_ptr<const LiteralTable> known = weak.lock();
    if (known && known->version() == table->version() && known->Equals(*table)) return {id, std::move(known)};
  }
  tables_[++last_id_] = table;
  return {last_id_, std::move(table)};
}

size_t TableRegistry::LiveTables() {
  std::lock_guard<std::mutex> lock(mutex_);
  ForgetReleased();
  return tables_.size();
}

void TableRegistry::ForgetReleased() {
  std::erase_if(tables_, [](const auto& entry) { return entry.second.expired(); });
}

}  // namespace fastserve::templates
