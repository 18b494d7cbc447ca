// One request as it went through the server: moments of the front in CLOCK_MONOTONIC, and what the worker said about its own
// phases. Made for requests that the sampler chooses, and for slow ones.
//
//   arrived ─► parsed ─► dispatched ─► answered ─► finished ─► written
//   (bytes read)  (queue: parsed to dispatched)  (worker: dispatched to answered; phases lie within)  (with the kernel)
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::observe {

constexpr size_t kMaxTracedTargetBytes = 512;
constexpr size_t kMaxPhasesBytes = 8192;

struct Trace {
  uint64_t serial = 0;       // counts traces of a server; given by the ring
  int64_t wall_ms = 0;       // since 1970, when the request was complete
  // Nanoseconds; 0: that moment never came.
  int64_t arrived_ns = 0, parsed_ns = 0, dispatched_ns = 0, answered_ns = 0, finished_ns = 0, written_ns = 0;
  std::string method, target;  // as the peer sent them
  std::string trace_parent;    // the request's traceparent field when it is one (trace_context.h)
  std::string request_id;
  std::string phases;          // lines of src/gateway/queue/phases.ts; written by the application's thread, not validated
  std::string route;           // pattern, "" without one
  std::string_view answered_by;
  uint64_t sent_bytes = 0;
  int worker = -1;             // slot, -1: none
  uint32_t generation = 0;
  uint16_t status = 0;
  bool sampled = false;        // false: kept because it was slow
};

// The newest traces of a server: I/O threads add at the end of a turn, the main thread reads.
class TraceRing {
 public:
  static constexpr size_t kSampled = 256;
  static constexpr size_t kSlow = 64;

  // `slow`: has room of its own, so that quick ones do not drive it out.
  void Add(std::unique_ptr<Trace> trace, bool slow);
  // Copies of those with a higher serial, oldest first.
  std::vector<Trace> ReadAfter(uint64_t serial) const;

 private:
  static void Put(std::vector<std::unique_ptr<Trace>>* ring, size_t* next, size_t room, std::unique_ptr<Trace> trace);

  mutable std::mutex mutex_;
  uint64_t serial_ = 0;
  std::vector<std::unique_ptr<Trace>> sampled_, slow_;
  size_t next_sampled_ = 0, next_slow_ = 0;
};

}  // namespace fastserve::observe
