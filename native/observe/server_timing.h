// The Server-Timing field of a traced request (W3C Server Timing): where its time went, for the tools of browsers. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "native/observe/trace.h"

namespace fastserve::observe {

// One field line with its end: durations in milliseconds of what is known at `now_ns`: queue, worker, the phases that the
// worker reported (at most 24), and the whole. Names are tokens whatever the worker wrote.
std::string ServerTimingLine(const Trace& trace, int64_t now_ns);

}  // namespace fastserve::observe
