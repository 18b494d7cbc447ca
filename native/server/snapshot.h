// What an I/O thread needs to route a request: immutable, swapped by pointer, kept until every I/O thread has gone on to a
// newer one (Server::Publish).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "native/cache/rule.h"
#include "native/files/mount.h"
#include "native/hints/table.h"
#include "native/route/table.h"
#include "native/server/dispatch/route_gate.h"
#include "native/server/gate/front_duties.h"
#include "native/server/gate/route_rates.h"
#include "native/server/options.h"

namespace fastserve::server {

// By route id: how the view's answers are stored; nothing: they are not.
using ViewRules = std::vector<std::optional<cache::Rule>>;

struct Snapshot {
  uint64_t serial = 0;              // counts publications; given by the server
  uint32_t generation = 1;          // of the application's code that made the table: its workers understand the route ids
  uint32_t since_generation = 0;    // the first before it whose table had the same routes, so that its workers serve too; 0: none
  std::vector<uint32_t> workers;    // by pool: that the generation has when it is complete; none or 0: one for each slot
  std::shared_ptr<const route::Table> table;
  std::shared_ptr<const std::vector<files::Mount>> mounts;  // by mount_id
  std::shared_ptr<const ServerOptions> options;  // as the last reload of the configuration left them
  bool has_internal_mounts = false;  // an application may answer with a file of them
  bool has_application = false;     // a worker answers what the front does not
  bool has_urlconf = false;         // the table knows the application's routes
  std::vector<uint16_t> series;     // of each route's metrics, by route id (observe::SeriesNames)
  bool unmatched_to_application = false;  // its own 404 page
  std::vector<std::shared_ptr<RouteGate>> gates;  // by route id; empty where no route limits its requests
  FrontDuties front;                // what middlewares of the application leave to the front
  std::shared_ptr<const RouteRates> route_rates;  // null: no route has a rate limit
  std::shared_ptr<hints::Table> hints;  // of these routes; null: none are learnt
  std::shared_ptr<const ViewRules> view_rules;  // null: no view's answers are stored

  // Whether workers with this generation's code understand the route ids.
  bool Serves(uint32_t code) const {
    return code == generation || (serves_older() && code >= since_generation && code < generation);
  }
  // Whether there may be workers of another generation that do.
  bool serves_older() const { return since_generation != 0 && since_generation < generation; }
};

}  // namespace fastserve::server
