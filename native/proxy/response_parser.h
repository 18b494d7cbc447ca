// Response heads of upstreams (RFC 9112 4, 5, 6.3) as a pure function over bytes: done, partial or bad. No allocation, any
// thread.
//
// Strict, as the request parser is, and for the same reason: an answer that somebody else could frame otherwise is never
// passed on. Bad are an obs-fold, a bare CR or LF, a control byte, two lengths, a length beside a transfer coding, a coding
// other than chunked, chunked in HTTP/1.0, and whatever is no status line of HTTP/1.0 or 1.1 with a status from 100 to 599.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/request/request_parser.h"
#include "native/http/types.h"

namespace fastserve::proxy {

// How the end of an answer's content is known (RFC 9112 6.3).
enum class ResponseFraming : uint8_t {
  kNone,     // HEAD, 1xx, 204, 304: there is none, whatever the fields say
  kLength,
  kChunked,
  kClose,    // ends with the connection
};

struct ResponseHead : http::FieldBlock {
  uint16_t status;
  uint8_t minor_version;
  ResponseFraming framing;
  bool keep_alive;         // the connection can carry another request behind this answer
  int64_t content_length;  // as announced, for HEAD and 304 too; -1: not announced
};

constexpr http::HeadLimits kResponseLimits{http::kMaxHeadBytes, 32768, http::kMaxFields};

// Parses the head at the start of `input`. `to_head`: it answers a HEAD request. On kPartial call again
// with more; kBad as soon as it is certain, or when the head is larger than kResponseLimits.head.
http::ParseStatus ParseResponseHead(std::string_view input, bool to_head, ResponseHead* head);

}  // namespace fastserve::proxy
