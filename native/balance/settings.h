// How an upstream's servers share its requests, and when they are spared. Plain data, immutable once serving; any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace fastserve::balance {

enum class Method : uint8_t {
  kRoundRobin,        // in turn by weight, spread evenly
  kLeastConnections,  // the fewest requests in flight for its weight
  kRandomTwo,         // the less busy of two drawn by weight
  kLatency,           // the shorter expected wait of two: time to the head of answers, times what is in flight
  kHash,              // always the same server for the same key, as long as it serves
};

// Milliseconds.
struct HealthSettings {
  uint32_t max_failures = 3;     // within the window: the server is spared; 0: never
  int64_t window_ms = 10000;
  int64_t spare_ms = 10000;      // then one request tries it; each further failure doubles the time
  int64_t max_spare_ms = 60000;
  int64_t slow_ms = 0;           // an answer whose head takes longer counts as a failure; 0: never
  std::vector<uint16_t> failure_statuses = {};  // answers with these count as failures
};

struct RetrySettings {
  uint32_t tries = 2;          // servers that one request is sent to at most
  double budget = 0.2;         // retries for each request, on average
  uint32_t floor_per_second = 10;  // retries that are always allowed
};

// May change while the server is used.
struct ServerSettings {
  uint32_t weight = 1;           // 1 to 1000
  bool backup = false;           // asked when no other server serves
  bool down = false;
  bool draining = false;         // only clients that come back to it (ServerSpec::sticky_id)
  uint32_t max_connections = 0;  // requests in flight, of all I/O threads; 0: any number
  int64_t slow_start_ms = 0;     // a server that comes back gets its share slowly, over this time
};

struct GroupSettings {
  Method method = Method::kRoundRobin;
  HealthSettings health = {};
  RetrySettings retry = {};
  uint32_t queue = 0;            // requests that wait for a server with room, on all I/O threads; beyond: none
};

}  // namespace fastserve::balance
