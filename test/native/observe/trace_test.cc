// Which requests are traced, what is kept of them, and what is said of one in its answer.
#include "native/observe/trace.h"

#include "native/observe/sampler.h"
#include "native/observe/server_timing.h"
#include "native/observe/trace_context.h"
#include "test/native/testing.h"

using namespace fastserve::observe;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

int Taken(Sampler* sampler, int requests, int64_t now_ns) {
  int taken = 0;
  for (int i = 0; i < requests; ++i) taken += sampler->Take(now_ns) ? 1 : 0;
  return taken;
}

}  // namespace

TEST("the sampler takes its share, never more than its number in a second, and none without one") {
  Sampler share(0.25, 1000);
  CHECK_EQ(Taken(&share, 400, 0), 100);
  Sampler bounded(1, 3);
  CHECK_EQ(Taken(&bounded, 10, 5 * kSecond), 3);
  CHECK_EQ(Taken(&bounded, 10, 5 * kSecond + kSecond - 1), 0);
  CHECK_EQ(Taken(&bounded, 10, 6 * kSecond), 3);
  Sampler none(1, 0);
  CHECK_EQ(Taken(&none, 10, 0), 0);
}

TEST("the ring keeps the newest, and slow ones apart from quick ones") {
  TraceRing ring;
  auto slow = std::make_unique<Trace>();
  slow->status = 504;
  ring.Add(std::move(slow), true);
  for (size_t i = 0; i < 2 * TraceRing::kSampled; ++i) ring.Add(std::make_unique<Trace>(), false);
  const std::vector<Trace> all = ring.ReadAfter(0);
  CHECK_EQ(all.size(), TraceRing::kSampled + 1);
  CHECK_EQ(all.front().status, 504);
  CHECK_EQ(all.back().serial, 2 * TraceRing::kSampled + 1);
  CHECK_EQ(ring.ReadAfter(all.back().serial - 1).size(), 1u);
}

TEST("a traceparent is read as strictly as the recommendation says") {
  CHECK(IsTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  CHECK(IsTraceParent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what the future brings"));
  CHECK(!IsTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
  CHECK(!IsTraceParent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what"));
  CHECK(!IsTraceParent("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  CHECK(!IsTraceParent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  CHECK(!IsTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  CHECK(!IsTraceParent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
  CHECK(!IsTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"));
  CHECK(!IsTraceParent(""));
}

TEST("Server-Timing has what is known, and nothing that a worker writes breaks its line") {
  Trace trace;
  trace.arrived_ns = 1000;
  trace.parsed_ns = 2000;
  trace.dispatched_ns = 5000;
  CHECK_EQ(ServerTimingLine(trace, 1'001'000), std::string("Server-Timing: queue;dur=0.003, total;dur=1.000\r\n"));
  trace.phases = "cpu\t12\nview\ta\r\nx: y\"\t10\t2010\nbad\tb\tnone\t1\nend\t\t5\t4";
  CHECK_EQ(ServerTimingLine(trace, 1'001'000),
           std::string("Server-Timing: queue;dur=0.003, end;dur=0.000, total;dur=1.000\r\n"));
  trace.phases = "view\ta,b;\"c\t10\t2010\n";
  CHECK_EQ(ServerTimingLine(trace, 1'001'000),
           std::string("Server-Timing: queue;dur=0.003, view.a_b__c;dur=2.000, total;dur=1.000\r\n"));
}

TEST("Server-Timing of a request of which nothing is known but its end is still a field") {
  const Trace trace;
  CHECK_EQ(ServerTimingLine(trace, 5), std::string("Server-Timing: \r\n"));
}
