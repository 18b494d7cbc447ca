#include "native/observe/server_timing.h"

#include <charconv>

namespace fastserve::observe {

namespace {

constexpr int kMaxPhases = 24;
constexpr size_t kMaxNameBytes = 48;

bool IsTokenByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
}

void AppendToken(std::string_view text, std::string* out) {
  for (const char c : text.substr(0, kMaxNameBytes)) out->push_back(IsTokenByte(c) ? c : '_');
}

void AppendDuration(int64_t us, std::string* out) {
  char digits[24];
  out->append(";dur=");
  out->append(digits, std::to_chars(digits, digits + sizeof digits, static_cast<double>(us < 0 ? 0 : us) / 1000,
                                    std::chars_format::fixed, 3).ptr);
}

void AppendEntry(std::string_view name, int64_t from_ns, int64_t to_ns, std::string* out) {
  if (from_ns == 0 || to_ns == 0) return;
  if (!out->ends_with(' ')) out->append(", ");
  out->append(name);
  AppendDuration((to_ns - from_ns) / 1000, out);
}

// Takes the part before `end` (or all) off *text.
std::string_view TakeUntil(char end, std::string_view* text) {
  const size_t at = text->find(end);
  const std::string_view taken = text->substr(0, at);
  text->remove_prefix(at == std::string_view::npos ? text->size() : at + 1);
  return taken;
}

// "kind TAB name TAB start TAB end" in microseconds; others (facts without times) are passed over.
void AppendPhase(std::string_view line, std::string* out) {
  const std::string_view kind = TakeUntil('\t', &line);
  const std::string_view name = TakeUntil('\t', &line);
  const std::string_view start = TakeUntil('\t', &line);
  int64_t from = 0, to = 0;
  const bool timed = std::from_chars(start.data(), start.data() + start.size(), from).ec == std::errc{} &&
                     std::from_chars(line.data(), line.data() + line.size(), to).ec == std::errc{};
  if (!timed) return;
  if (!out->ends_with(' ')) out->append(", ");
  AppendToken(kind, out);
  if (!name.empty()) {
    out->push_back('.');
    AppendToken(name, out);
  }
  AppendDuration(to - from, out);
}

}  // namespace

std::string ServerTimingLine(const Trace& trace, int64_t now_ns) {
  std::string line = "Server-Timing: ";
  AppendEntry("queue", trace.parsed_ns, trace.dispatched_ns, &line);
  AppendEntry("worker", trace.dispatched_ns, trace.answered_ns, &line);
  std::string_view phases = trace.phases;
  for (int count = 0; !phases.empty() && count < kMaxPhases; ++count) AppendPhase(TakeUntil('\n', &phases), &line);
  AppendEntry("total", trace.arrived_ns, now_ns, &line);
  line.append("\r\n");
  return line;
}

}  // namespace fastserve::observe
