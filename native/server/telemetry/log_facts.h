// What the access log needs of an exchange and the wire no longer has. Only when a log is on; the I/O thread's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/queue/record_writer.h"

namespace fastserve::server {

// How the response cache treated a request.
enum class CacheVerdict : uint8_t { kNone, kHit, kCollapsed, kStale, kRevalidated, kExpired, kMiss, kBypass };
// "hit", "miss"...; empty for kNone.
std::string_view NameOf(CacheVerdict verdict);

// What of it costs nothing to make anew.
struct LogNumbers {
  queue::PeerAddress peer;            // the client, as far as it is known (origin.h)
  uint32_t only_fits = 0;             // bit i: the request's part of log i's condition holds
  uint32_t except_fits = 0;
  int64_t arrived_ns = 0;
  int64_t dispatched_ns = 0;          // 0: never went to a worker
  int64_t answered_ns = 0;            // its head was written; 0: there was no answer
  int worker = -1;
  uint8_t pool = 0;                   // of the worker
  CacheVerdict cache = CacheVerdict::kNone;
  int64_t client_timeout_ms = -1;     // that its client said it would wait; -1: it did not

  std::string_view upstream_name;     // of the configuration; empty: went to none
  uint32_t upstream_attempts = 0;
  uint16_t upstream_status = 0;       // 0: no answer came
  int64_t upstream_ns = -1;           // from the first attempt to the head of the answer; -1: none came
  int64_t upstream_connect_ns = -1;   // of the last attempt; 0: a kept connection; -1: never connected
  int64_t upstream_whole_ns = -1;     // from the first attempt to the end of the answer; -1: it did not come whole

};

struct LogFacts : LogNumbers {
  std::string method, target, user_agent, referer, user;
  std::vector<std::string> captured;  // by the own forms of the logs, one behind the other
  std::string sent_fields;            // lines of the answer, where a log asks for some
  std::string upstream_server;        // the last one that was asked

  // As new, but for the memory that its texts hold.
  void Clear();
};

}  // namespace fastserve::server
