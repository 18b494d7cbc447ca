// The request line of RFC 9112 3: method, request-target and its form, version. Pure, any thread.
#pragma once

#include <string_view>

#include "native/http/request/request_parser.h"

namespace fastserve::http {

constexpr size_t kMaxMethodLength = 32;

// Parses the line at the start of `window`, the bytes that have arrived and that the head limit allows. Fills every
// member of *head that comes from the line; *next_offset is where the field section begins.
//
// Decides byte after byte from the left, so that more input never changes a verdict of kBad.
ParseResult ParseRequestLine(std::string_view window, const HeadLimits& limits, RequestHead* head,
                             size_t* next_offset);

}  // namespace fastserve::http
