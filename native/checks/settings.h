// How the servers of an upstream are checked. Plain data, immutable once serving; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fastserve::checks {

struct CheckSettings {
  bool connects_only = false;  // a connection is enough (and TLS, where the server has it)
  std::string method = "GET", target = "/", path = "/";  // path: decoded, for uwsgi
  std::string host;            // empty: what the server knows itself by
  int64_t interval_ms = 5000;  // between the end of a check and the next one
  double jitter = 0.1;         // of the interval, so that checks do not come all at once
  int64_t timeout_ms = 2000;   // of a whole check
  uint32_t rise = 2, fall = 3; // checks in a row that bring a server back, and that take it out
  std::vector<std::pair<uint16_t, uint16_t>> statuses = {{200, 399}};  // from, to: those that pass
  std::string body;            // has to be in the first kBodyBytes of the content; empty: nothing is looked for
  uint16_t port = 0;           // 0: where requests go

  static constexpr size_t kBodyBytes = 65536;
};

}  // namespace fastserve::checks
