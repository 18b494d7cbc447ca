// What an I/O thread needs to route a request: immutable, swapped by pointer, kept until the server ends.
#pragma once

#include <memory>
#include <vector>

#include "native/files/static_handler.h"
#include "native/route/table.h"

namespace fastserve::server {

struct Snapshot {
  std::shared_ptr<const route::Table> table;
  const std::vector<files::Mount>* mounts = nullptr;  // by mount_id; owned by the server
  bool has_internal_mounts = false;  // an application may answer with a file of them
  bool has_application = false;     // a worker answers what the front does not
  bool has_urlconf = false;         // the table knows the application's routes
  bool unmatched_to_application = false;  // its own 404 page
};

}  // namespace fastserve::server
