#include "native/log/reported_phases.h"

#include <algorithm>
#include <charconv>

namespace fastserve::log {
namespace {

constexpr int64_t kMostUs = 86'400'000'000;

// The part of *text up to `separator`, which is taken away with it.
std::string_view Take(std::string_view* text, char separator) {
  const size_t end = std::min(text->find(separator), text->size());
  const std::string_view part = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return part;
}

// -1 for what is no number.
int64_t NumberIn(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

int64_t* FieldOf(std::string_view kind, ReportedPhases* phases) {
  if (kind == "middleware" || kind == "response") return &phases->middleware_us;
  if (kind == "view") return &phases->view_us;
  if (kind == "context") return &phases->context_us;
  return kind == "template" ? &phases->render_us : nullptr;
}

}  // namespace

ReportedPhases ReadReportedPhases(std::string_view text) {
  ReportedPhases phases;
  while (!text.empty()) {
    std::string_view line = Take(&text, '\n');
    const std::string_view kind = Take(&line, '\t');
    if (kind == "cpu") {
      phases.cpu_us = std::min(NumberIn(line), kMostUs);
      continue;
    }
    int64_t* field = FieldOf(kind, &phases);
    if (field == nullptr) continue;
    Take(&line, '\t');  // its name
    const int64_t start = NumberIn(Take(&line, '\t'));
    const int64_t end = NumberIn(line);
    if (start < 0 || end < start || end - start > kMostUs) continue;
    *field = std::min(std::max<int64_t>(*field, 0) + (end - start), kMostUs);
  }
  return phases;
}

}  // namespace fastserve::log
