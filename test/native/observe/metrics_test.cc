// Series of requests, and their names.
#include "native/observe/metrics.h"

#include <string>

#include "test/native/testing.h"

using namespace fastserve::observe;

TEST("a series exists from its first request on, and counts by class of the status") {
  ThreadMetrics metrics;
  CHECK(metrics.Find(20) == nullptr);
  metrics.Count(20, 204, 1000);
  metrics.Count(20, 503, 2000);
  metrics.Count(20, 0, 0);
  const Series* series = metrics.Find(20);
  REQUIRE(series != nullptr);
  CHECK_EQ(series->by_class[2].Read(), 1u);
  CHECK_EQ(series->by_class[5].Read(), 1u);
  CHECK_EQ(series->by_class[0].Read(), 1u);
  CHECK_EQ(series->latency.sum_ns(), 3000u);
}

TEST("a pattern keeps its series, and those beyond the room share one") {
  SeriesNames names;
  const uint16_t blog = names.Intern("blog/<int:id>/");
  CHECK_EQ(blog, kFirstRouteSeries);
  for (int i = 0; i < 2 * kMaxSeries; ++i) names.Intern("page-" + std::to_string(i));
  CHECK_EQ(names.Intern("blog/<int:id>/"), blog);
  CHECK_EQ(names.NameOf(blog), std::string("blog/<int:id>/"));
  CHECK_EQ(names.Intern("one more"), kMaxSeries - 1);
  CHECK_EQ(names.NameOf(kMaxSeries - 1), std::string("(others)"));
  CHECK_EQ(names.NameOf(3), std::string());
}
