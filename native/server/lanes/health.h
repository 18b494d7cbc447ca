// Answers about the server itself: whether it lives, is ready for traffic, has started. From the I/O thread, so that they come
// also when every worker is stuck.
//
//   live     200 while the I/O thread turns: what no longer answers it should be started again
//   startup  200 from the first moment that it was ready on
//   ready    200 while clients shall be sent here: told so (Server::SetReady), not stopping, and with a worker of the code in
//            use where there is an application. 503 otherwise
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace fastserve::server {

// Exact paths; an empty one is not answered.
struct HealthPaths {
  std::string live, ready, startup;
  bool enabled() const { return !live.empty() || !ready.empty() || !startup.empty(); }
};

// What the host says, and what was seen. One for each server; any thread.
struct Readiness {
  std::atomic<bool> wanted{true};         // relaxed: a probe a moment later sees it
  std::atomic<bool> was_ready{false};     // relaxed: set once, by whichever thread sees it first
};

struct HealthAnswer {
  uint16_t status = 0;  // 0: the path is none of these
  std::string_view text;
};

// The answer to a GET of `path` (raw, without the query). `has_workers`: somebody can answer what the front does not;
// `stopping`: the server accepts no more. The I/O thread's.
HealthAnswer AnswerHealth(const HealthPaths& paths, std::string_view path, bool has_workers, bool stopping, Readiness* readiness);

}  // namespace fastserve::server
