#include "native/log/access_log.h"

#include <algorithm>

#include "native/base/check.h"

namespace fastserve::log {

AccessLog::AccessLog(const std::vector<Options>& logs) : logs_(logs) {
  FASTSERVE_CHECK(logs.size() <= kMaxLogs, "more access logs than the configuration may have");
  std::vector<std::string> paths;
  for (const Options& log : logs) {
    const auto known = std::ranges::find(paths, log.path);
    writer_of_.push_back(static_cast<size_t>(known - paths.begin()));
    if (known != paths.end()) continue;
    paths.push_back(log.path);
    writers_.push_back(std::make_unique<Writer>(log.path));
  }
}

bool AccessLog::Open(std::string* error) {
  return std::ranges::all_of(writers_, [error](const auto& writer) { return writer->Open(error); });
}

void AccessLog::Reopen() {
  for (const auto& writer : writers_) writer->Reopen();
}

void AccessLog::Stop() {
  for (const auto& writer : writers_) writer->BeginStop();  // so that they are patient at the same time
  for (const auto& writer : writers_) writer->Stop();
}

uint64_t AccessLog::dropped_lines() const {
  uint64_t lines = 0;
  for (const auto& writer : writers_) lines += writer->dropped_lines();
  return lines;
}

}  // namespace fastserve::log
