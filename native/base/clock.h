// Time for limits (monotonic) and for people (wall clock). Any thread.
#pragma once

#include <time.h>

#include <cstdint>

namespace fastserve::base {

// Milliseconds of CLOCK_MONOTONIC: for every limit, so that a jump of the wall clock fires nothing.
inline int64_t MonotonicMs() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

// Nanoseconds of CLOCK_MONOTONIC: for durations in the access log.
inline int64_t MonotonicNs() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

// Seconds since 1970 of the wall clock: for Date fields and log lines only.
inline int64_t WallSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &t);
  return t.tv_sec;
}

// Milliseconds since 1970 of the wall clock: for points in time that a peer names.
inline int64_t WallMs() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

}  // namespace fastserve::base
