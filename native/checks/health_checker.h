// Active checks of all servers of one upstream, as the list of them changes. On one I/O thread, for all of them: what it finds
// out is in the servers (balance::ServerHealth::SetChecked).
#pragma once

#include <memory>
#include <vector>

#include "native/balance/group.h"
#include "native/checks/probe.h"
#include "native/checks/settings.h"
#include "native/proxy/upstream_pool.h"

namespace fastserve::checks {

class HealthChecker {
 public:
  // `io` and `upstream` outlive it. Begins at once.
  HealthChecker(proxy::IoServices& io, const proxy::UpstreamSpec& upstream, std::shared_ptr<balance::Group> group,
                const CheckSettings& settings, int64_t now_ms);

  // ---- for its probes ----
  // Takes over a list that has changed. False: `asking` is gone with its server.
  bool Refresh(const Probe& asking);
  // Until the next check of a server.
  int64_t NextDelayMs();

 private:
  void TakeOver(int64_t now_ms);
  double Random();

  proxy::IoServices& io_;
  const std::shared_ptr<balance::Group> group_;
  const CheckSettings settings_;
  proxy::UpstreamSpec spec_;  // the upstream's, with the time-outs of checks and nothing kept
  proxy::UpstreamPool pool_;
  proxy::RuleSpec rule_;
  std::vector<std::unique_ptr<Probe>> probes_;
  uint64_t version_ = 0;      // of the list that probes_ is for
  uint64_t random_;
};

}  // namespace fastserve::checks
