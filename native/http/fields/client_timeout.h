// How long a client waits for its answer, by the fields in which clients and proxies say so. Pure, any thread.
//
//   Request-Timeout: 1.5                      seconds, with up to three decimals (RFC 8941 3.3.2)
//   grpc-timeout: 1500m                       up to eight digits and one of H M S m u n (gRPC over HTTP/2, Requests)
//   Connect-Timeout-Ms: 1500                  up to ten digits (Connect)
//   X-Envoy-Expected-Rq-Timeout-Ms: 1500      the same (Envoy)
//   X-Request-Deadline: 2026-11-23T20:00:00.250Z    RFC 3339 5.6; an HTTP date (RFC 9110 5.6.7); or seconds since 1970, with up
//                                                   to three decimals and an "@" before them if they like (RFC 9651 3.3.7)
//
// What is none of this says nothing, and neither does a time of 0, which is "as long as you like" in Envoy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/types.h"

namespace fastserve::http {

struct ClientTimeout {
  static constexpr int64_t kNone = INT64_MAX;
  int64_t left_ms = kNone;  // by the field that gives the least; 0 or less: it is over
  uint8_t fields = 0;       // those that say a time from now, for AppendTimeouts; one that says nothing is not among them
};

// What the fields of a request say. Lines of one name count each for itself.
ClientTimeout ReadClientTimeout(const RequestHead& head, std::string_view head_bytes);

// `fields` without those whose names, in lower case, are among `names`.
uint8_t WithoutTimeouts(uint8_t fields, const std::vector<std::string>& names);

// Whether a field of this name says a time from now: it is wrong as soon as some of that is over.
bool IsTimeoutField(std::string_view name);

// Appends a line for each of `fields`, a set of ClientTimeout's, saying that `left_ms` (at least 1) are left.
void AppendTimeouts(uint8_t fields, int64_t left_ms, std::string* out);

// ---- single values: false where the text is none, or is 0 ----

bool ParseTimeoutSeconds(std::string_view text, int64_t* ms);
bool ParseTimeoutMilliseconds(std::string_view text, int64_t* ms);
bool ParseGrpcTimeout(std::string_view text, int64_t* ms);  // what is no whole millisecond is rounded up
// A point in time, in milliseconds since 1970.
bool ParseDeadline(std::string_view text, int64_t* wall_ms);

}  // namespace fastserve::http
