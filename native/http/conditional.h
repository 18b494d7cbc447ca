// Conditional requests and ranges against one selected representation (RFC 9110 13 and 14). Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

// What the server knows of the representation. An entity-tag with its quotes ("\"abc\"" or "W/\"abc\""); empty: none.
struct Validators {
  std::string_view etag;
  int64_t last_modified = -1;  // seconds since 1970, -1: unknown
};

enum class Precondition : uint8_t { kProceed, kNotModified /* 304 */, kFailed /* 412 */ };

// Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC 9110 13.2.2.
// `head_bytes` is the request head that `head` was parsed from. Several lines of a list field count as one list.
Precondition EvaluatePreconditions(const RequestHead& head, std::string_view head_bytes, const Validators& validators);

enum class RangeStatus : uint8_t {
  kWhole,          // no Range, not GET, another unit, a syntax error, If-Range failed, or several ranges: send all (200)
  kPartial,        // one satisfiable range (206)
  kUnsatisfiable,  // 416
};
struct RangeResult {
  RangeStatus status;
  uint64_t first = 0;   // kPartial: offset of the first byte
  uint64_t length = 0;  // kPartial: byte count
};

// Evaluates Range and If-Range for a representation of `size` bytes. Several ranges are answered as the whole for now.
RangeResult EvaluateRange(const RequestHead& head, std::string_view head_bytes, const Validators& validators,
                          uint64_t size);

}  // namespace fastserve::http
