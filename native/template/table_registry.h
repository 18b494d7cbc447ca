// The process's tables of literals by id, so that all workers name the same table with the same number. Any thread.
//
// DESIGN: the registry does not own its tables: each thread that registered one holds it, and a table that nobody holds any
// more is gone (a template set that was replaced, a worker that ended). Ids are not used again. The hot path does not come
// here: a thread looks in what it holds itself (native/addon/pages/template_tables.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "native/template/literal_table.h"

namespace fastserve::templates {

struct RegisteredTable {
  uint32_t id;
  std::shared_ptr<const LiteralTable> table;
};

class TableRegistry {
 public:
  // The one of the process.
  static TableRegistry& Instance();

  // The id and the shared copy of these literals: that of an equal table which somebody holds, else `table` itself under a
  // new id. The caller holds what it gets.
  RegisteredTable Register(std::shared_ptr<const LiteralTable> table);

  // Tables that somebody holds.
  size_t LiveTables();

 private:
  void ForgetReleased();

  std::mutex mutex_;
  std::map<uint32_t, std::weak_ptr<const LiteralTable>> tables_;
  uint32_t last_id_ = 0;
};

}  // namespace fastserve::templates
