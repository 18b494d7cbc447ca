// Which exchanges the access log has, and what of them it does not say. Immutable once serving, but for the sampler's count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/client_shown.h"

namespace fastserve::log {

// In the place of a value.
constexpr std::string_view kRedacted = "[redacted]";

struct Policy {
  base::ClientShown client = base::ClientShown::kFull;
  uint32_t sample = 1;               // one of so many lines; errors (from 400 on) and slow answers always
  uint32_t classes = 0;              // bits 1 << (status / 100) of the lines that are written; 0: all
  int64_t slow_us = 0;               // answers that took longer are written whatever their status; 0: no such rule
  bool drops_query = false;          // targets and referers lose their query
  std::vector<std::string> redacted;  // names of query parameters whose value is not written

  // Whether AppendReference leaves anything out.
  bool changes_references() const { return drops_query || !redacted.empty(); }
  // Whether the line is written. `*count`: the thread's own, of lines that were looked at for the sample.
  bool Wants(uint16_t status, int64_t duration_us, uint32_t* count) const;
  // Appends a target or a reference without what shall not be written.
  void AppendReference(std::string_view reference, std::string* out) const;

 private:
  bool IsRedacted(std::string_view name) const;
};

}  // namespace fastserve::log
