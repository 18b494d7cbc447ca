// The traceparent field of W3C Trace Context (Recommendation of 23 November 2021, section 3.2). Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::observe {

// Whether `value` is a traceparent that this version understands: "00-" 32 hexadecimal digits "-" 16 "-" 2, in lower case,
// neither id all zeros. Of a higher version than 00 the same beginning counts, with nothing or "-" behind it; version ff is
// invalid (3.2.2.1).
bool IsTraceParent(std::string_view value);

// The trace id of a valid one: 32 digits.
inline std::string_view TraceIdOf(std::string_view trace_parent) { return trace_parent.substr(3, 32); }

}  // namespace fastserve::observe
