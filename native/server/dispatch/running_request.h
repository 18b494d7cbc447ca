// A request that a worker has and has not answered, as an operator sees it.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace fastserve::server {

struct RunningRequest {
  uint32_t worker = 0;      // slot
  std::string method;
  std::string target;       // at most kShownTargetBytes; empty when its record is no longer in the ring
  int64_t age_ms = 0;       // since it entered the ring, or since its answer began to stream
  bool streaming = false;
};

// Of one worker and I/O thread, oldest first; what is beyond is not listed.
constexpr size_t kListedRequests = 32;
constexpr size_t kShownTargetBytes = 512;

// Collects what the I/O threads list, each in its turn. Shared by them; the last one to let go of it calls `done`, on its
// thread.
class RunningRequests {
 public:
  explicit RunningRequests(std::function<void(std::vector<RunningRequest>)> done) : done_(std::move(done)) {}
  ~RunningRequests() { done_(std::move(requests_)); }
  RunningRequests(const RunningRequests&) = delete;
  RunningRequests& operator=(const RunningRequests&) = delete;

  void Add(std::vector<RunningRequest> requests) {
    const std::lock_guard lock(mutex_);
    for (RunningRequest& request : requests) requests_.push_back(std::move(request));
  }

 private:
  std::mutex mutex_;
  std::vector<RunningRequest> requests_;
  std::function<void(std::vector<RunningRequest>)> done_;
};

}  // namespace fastserve::server
