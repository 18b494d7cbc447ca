#include "native/observe/metrics.h"

#include <algorithm>

namespace fastserve::observe {

namespace {

constexpr std::string_view kOthers = "(others)";

}  // namespace

ThreadMetrics::~ThreadMetrics() {
  for (auto& series : series_) delete series.load(std::memory_order_relaxed);
}

void ThreadMetrics::Count(uint16_t index, uint16_t status, int64_t latency_ns) {
  Series* series = series_[index].load(std::memory_order_relaxed);
  if (series == nullptr) {
    series = new Series;
    series_[index].store(series, std::memory_order_release);  // pairs with Find
  }
  series->by_class[status < 600 ? status / 100 : 0].Add();
  series->latency.Add(latency_ns);
}

void SeriesTotal::Add(const Series& counted) {
  for (size_t i = 0; i < std::size(by_class); ++i) by_class[i] += counted.by_class[i].Read();
  for (size_t i = 0; i < kLatencyBuckets; ++i) buckets[i] += counted.latency.bucket(i);
  sum_ns += counted.latency.sum_ns();
}

void LatencyTotal::Add(const LatencyHistogram& counted) {
  for (size_t i = 0; i < kLatencyBuckets; ++i) buckets[i] += counted.bucket(i);
  sum_ns += counted.sum_ns();
}

uint16_t SeriesNames::Intern(std::string_view pattern) {
  const std::lock_guard lock(mutex_);
  constexpr size_t kRoom = kMaxSeries - kFirstRouteSeries;
  const auto found = std::ranges::find(names_, pattern);
  size_t index = static_cast<size_t>(found - names_.begin());
  if (found == names_.end()) {
    if (names_.size() < kRoom - 1) {
      names_.emplace_back(pattern);
    } else {
      if (names_.size() < kRoom) names_.emplace_back(kOthers);
      index = kRoom - 1;
    }
  }
  return static_cast<uint16_t>(kFirstRouteSeries + index);
}

std::string SeriesNames::NameOf(uint16_t series) const {
  const std::lock_guard lock(mutex_);
  const size_t index = size_t{series} - kFirstRouteSeries;
  return series >= kFirstRouteSeries && index < names_.size() ? names_[index] : std::string();
}

}  // namespace fastserve::observe
