#include "native/log/condition.h"

#include <algorithm>

#include "native/http/grammar/path.h"

namespace fastserve::log {
namespace {

// Whether one of the patterns means the path of the request. A path that has no normal form is meant by none.
bool FitsPath(const std::vector<base::Glob>& paths, const variables::RequestFacts& facts, std::string* scratch) {
  if (facts.head == nullptr) return false;
  std::string_view raw = facts.head_bytes.substr(facts.head->path_offset, facts.head->path_length);
  if (raw.empty()) raw = "/";
  scratch->assign(".").append(raw);
  size_t length = 0;
  const http::PathStatus status = http::NormalizePath(raw, scratch->data() + 1, &length);
  if (status == http::PathStatus::kBad) return false;
  if (status == http::PathStatus::kNormalized) scratch->resize(1 + length);
  return std::ranges::any_of(paths, [scratch](const base::Glob& glob) { return glob.Matches(*scratch); });
}

}  // namespace

// Goes back to the last star only: O(pattern * value).
bool MatchesWildcard(std::string_view pattern, std::string_view value) {
  size_t at = 0, taken = 0, star = std::string_view::npos, resume = 0;
  while (taken < value.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = taken;
    } else if (at < pattern.size() && pattern[at] == value[taken]) {
      ++at;
      ++taken;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      taken = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool ValueTest::Holds(std::string_view value) const {
  if (kind == Kind::kLike) return MatchesWildcard(pattern, value);
  return value.empty() == (kind == Kind::kAbsent);
}

bool Condition::empty() const {
  return lanes.empty() && classes == 0 && statuses.empty() && paths.empty() && values.empty() && slower_us == 0;
}

bool Condition::uses_sent_fields() const {
  return std::ranges::any_of(values, [](const ValueTest& test) { return test.variable.variable == Variable::kSentField; });
}

bool Condition::uses_phases() const {
  return std::ranges::any_of(values, [](const ValueTest& test) { return IsPhase(test.variable.variable); });
}

bool Condition::FitsRequest(const variables::RequestFacts* facts, std::string* scratch) const {
  if (!paths.empty() && (facts == nullptr || !FitsPath(paths, *facts, scratch))) return false;
  return std::ranges::all_of(values, [&](const ValueTest& test) {
    if (!test.variable.is_request()) return true;
    if (facts == nullptr) return false;
    scratch->clear();
    test.variable.request.Expand(*facts, scratch);
    return test.Holds(*scratch);
  });
}

bool Condition::FitsAnswer(const Record& record, std::string* scratch) const {
  if (slower_us > 0 && record.duration_us <= slower_us) return false;
  if (!lanes.empty() && std::ranges::find(lanes, record.lane) == lanes.end()) return false;
  const bool by_status = classes != 0 || !statuses.empty();
  if (by_status && (classes >> (record.status / 100) & 1) == 0 && std::ranges::find(statuses, record.status) == statuses.end()) {
    return false;
  }
  return std::ranges::all_of(values, [&](const ValueTest& test) {
    const NamedVariable& of = test.variable;
    return of.is_request() || test.Holds(ValueOf(of.variable, of.name, record, scratch));
  });
}

}  // namespace fastserve::log
