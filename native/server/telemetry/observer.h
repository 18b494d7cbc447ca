// What one I/O thread notes of its requests beyond the access log: metrics and traces. The I/O thread's own.
//
// DESIGN: requests are measured from the moment that their turn began to read until their turn has sent: two looks at the
// clock a turn, whatever the number of requests. What finished is gathered and counted behind the sending. With nothing
// switched on a request costs the one branch in IoThread::Finish and NoteRequest.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "native/http/types.h"
#include "native/observe/metrics.h"
#include "native/observe/sampler.h"
#include "native/observe/trace.h"
#include "native/server/connection/exchange.h"

namespace fastserve::server {

struct ObserveOptions {
  bool metrics = false;
  double trace_share = 0;         // of requests, 0 to 1
  uint32_t trace_per_second = 0;  // at most, per I/O thread; 0: no tracing
  int64_t slow_ns = 0;            // requests that take longer are kept even when not chosen; 0: none is
  bool server_timing = false;     // traced answers say where their time went
  bool on() const { return metrics || trace_per_second > 0; }
};

// What the threads of a server share.
struct Observations {
  observe::TraceRing traces;
  observe::SeriesNames names;
};

class Observer {
 public:
  Observer(const ObserveOptions& options, Observations& shared);

  bool on() const { return on_; }
  // A request was parsed in a turn that began at `turn_ns`.
  void Arrived(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes, int64_t turn_ns);
  // It is in the ring of this worker, in a turn that reads `now_ns`.
  void Dispatched(Exchange* exchange, int worker, int64_t now_ns);
  // It was answered; takes its trace. `generation`: of the code in use.
  void Finished(Exchange* exchange, uint32_t generation);
  // What finished in this turn is with the kernel.
  void EndTurn() {
    if (!finished_.empty()) Count();
  }

  // Any thread; nullptr when metrics are off.
  const observe::ThreadMetrics* metrics() const { return metrics_.get(); }

 private:
  struct FinishedRequest {
    int64_t arrived_ns;
    uint16_t series, status;
    std::unique_ptr<observe::Trace> trace;
  };
  void Count();
  std::unique_ptr<observe::Trace> TraceOfSlow(const Exchange& exchange) const;
  void Complete(observe::Trace* trace, const Exchange& exchange, uint32_t generation) const;

  const ObserveOptions& options_;
  const bool on_;
  Observations& shared_;
  observe::Sampler sampler_;
  std::unique_ptr<observe::ThreadMetrics> metrics_;
  std::vector<FinishedRequest> finished_;
};

}  // namespace fastserve::server
