// Buckets of latencies.
#include "native/observe/histogram.h"

#include "test/native/testing.h"

using namespace fastserve::observe;

TEST("each bound is the first latency of the next bucket, and no bucket is more than a quarter wide") {
  for (size_t bucket = 0; bucket + 1 < kLatencyBuckets; ++bucket) {
    const auto bound = static_cast<int64_t>(LatencyBound(bucket));
    CHECK_EQ(LatencyBucketOf(bound - 1), bucket);
    CHECK_EQ(LatencyBucketOf(bound), bucket + 1);
    if (bucket >= 4) CHECK(LatencyBound(bucket) - LatencyBound(bucket - 1) <= LatencyBound(bucket - 1) / 4);
  }
}

TEST("what is negative counts as nothing, what is huge is in the last bucket") {
  LatencyHistogram histogram;
  histogram.Add(-5);
  histogram.Add(INT64_MAX);
  CHECK_EQ(histogram.bucket(0), 1u);
  CHECK_EQ(histogram.bucket(kLatencyBuckets - 1), 1u);
}
