// How long the application says that its phases took, from the text of src/gateway/queue/phases.ts. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::log {

// Microseconds; -1: not reported.
struct ReportedPhases {
  int64_t middleware_us = -1;  // of all, on both sides of the view
  int64_t view_us = -1;
  int64_t context_us = -1;
  int64_t render_us = -1;
  int64_t cpu_us = -1;
};

// Reads the lines that it knows; the application wrote them, so anything may stand there. Times beyond a day are none.
ReportedPhases ReadReportedPhases(std::string_view text);

}  // namespace fastserve::log
