// RFC 9112 request heads as a pure function over bytes: done, partial or bad. No allocation, no state, any thread.
//
// Strict and without a lenient switch: anything that another implementation could frame otherwise is refused.
#pragma once

#include <cstddef>
#include <string_view>

#include "native/http/parse_result.h"
#include "native/http/types.h"

namespace fastserve::http {

// Parses one request head at the start of `input` (leading empty lines are the caller's to skip: SkipEmptyLines).
// `scanned` is how many bytes of `input` an earlier kPartial call has already seen, so that a head that arrives byte by
// byte costs linear time. On kDone *head is complete: framing, keep-alive, Expect, authority, forms, field ids.
// On kPartial, limits are already enforced against what is there, so a head can never grow without end.
ParseResult ParseRequestHead(std::string_view input, size_t scanned, const HeadLimits& limits, RequestHead* head);

// How many bytes of CRLF stand before the request line (RFC 9112 2.2 allows at least one empty line; we skip at most 2).
size_t SkipEmptyLines(std::string_view input);

// Whether the request that begins in `input`, behind empty lines, is a HEAD, however broken or unfinished it is.
bool BeginsHeadRequest(std::string_view input);

}  // namespace fastserve::http
