// Conditional requests and ranges against one selected representation (RFC 9110 13 and 14). Pure, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

// What the server knows of the representation. An entity-tag with its quotes ("\"abc\"" or "W/\"abc\""); empty: none.
struct Validators {
  std::string_view etag;
  int64_t last_modified = -1;      // seconds since 1970, -1: unknown
  bool date_is_shared = false;     // other codings of the resource may have the same date: it is weak (RFC 9110 8.8.2.2)
  std::string_view last_modified_text = {};  // last_modified as clients were told it; empty: not known
};

enum class Precondition : uint8_t { kProceed, kNotModified /* 304 */, kFailed /* 412 */ };

// Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC 9110 13.2.2.
// `head_bytes` is the request head that `head` was parsed from. Several lines of a list field count as one list.
Precondition EvaluatePreconditions(const RequestHead& head, std::string_view head_bytes, const Validators& validators);

// Whether the value of If-None-Match (several lines joined with commas) names a representation with the entity-tag `etag`:
// one of its tags is weakly equal, or it is "*" (RFC 9110 13.1.2). A malformed list names nothing.
bool IfNoneMatchNames(std::string_view value, std::string_view etag);

struct ByteRange {
  uint64_t first;   // offset of the first byte
  uint64_t length;  // byte count, at least 1
};
// As many ranges as one request may ask for: real clients ask for a few, and each costs a part with its own head.
constexpr size_t kMaxRanges = 16;

enum class RangeStatus : uint8_t {
  kWhole,          // no Range, not GET, another unit, a syntax error, If-Range failed, or too much: send all (200)
  kPartial,        // `count` satisfiable ranges (206)
  kUnsatisfiable,  // 416
};
struct RangeResult {
  RangeStatus status = RangeStatus::kWhole;
  uint8_t count = 0;  // kPartial: 1..kMaxRanges
  // kPartial: in the order in which they were asked for; none overlaps or touches another. Beyond `count` not initialised.
  std::array<ByteRange, kMaxRanges> ranges;
};

// Evaluates Range and If-Range for a representation of `size` bytes. Ranges that overlap or touch are merged, those
// behind the end are left out. More than kMaxRanges, or ranges that taken together ask for more bytes than there are,
// are answered as the whole (RFC 9110 14.2, 17.15).
RangeResult EvaluateRange(const RequestHead& head, std::string_view head_bytes, const Validators& validators,
                          uint64_t size);

}  // namespace fastserve::http
