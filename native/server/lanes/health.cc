#include "native/server/lanes/health.h"

namespace fastserve::server {

namespace {

constexpr HealthAnswer kOk{200, "ok\n"};

HealthAnswer Ready(bool has_workers, bool stopping, const Readiness& readiness) {
  if (stopping) return {503, "stopping\n"};
  if (!readiness.wanted.load(std::memory_order_relaxed)) return {503, "taken out of service\n"};
  if (!has_workers) return {503, "no worker is ready\n"};
  return kOk;
}

}  // namespace

HealthAnswer AnswerHealth(const HealthPaths& paths, std::string_view path, bool has_workers, bool stopping, Readiness* readiness) {
  if (path.empty()) return {};
  if (path == paths.live) return kOk;
  const bool asks_ready = path == paths.ready;
  if (!asks_ready && path != paths.startup) return {};
  const HealthAnswer answer = Ready(has_workers, stopping, *readiness);
  if (answer.status == 200) readiness->was_ready.store(true, std::memory_order_relaxed);
  if (asks_ready || !readiness->was_ready.load(std::memory_order_relaxed)) return answer;
  return kOk;
}

}  // namespace fastserve::server
