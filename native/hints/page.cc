#include "native/hints/page.h"

#include <algorithm>
#include <utility>

#include "native/base/bytes.h"

namespace fastserve::hints {

bool AreDifferent(const Pupil& a, const Pupil& b) {
  return a.address != b.address && (a.credentials == 0 || a.credentials != b.credentials);
}

bool Page::Learn(const std::vector<std::string_view>& links, const Pupil& pupil, int64_t now_ms) {
  const std::string before = Lines();
  std::vector<Known> next;
  next.reserve(links.size());
  for (const std::string_view link : links) {
    const auto known = std::ranges::find(links_, link, &Known::text);
    if (known == links_.end()) {
      next.push_back({std::string(link), pupil});
    } else {
      known->confirmed = known->confirmed || AreDifferent(known->first, pupil);
      next.push_back(std::move(*known));
    }
  }
  links_ = std::move(next);
  learnt_ms_ = now_ms;
  return Lines() != before;
}

std::string Page::Lines() const {
  std::string lines;
  for (const Known& link : links_) {
    if (link.confirmed) base::AppendAll(&lines, "Link: ", link.text, "\r\n");
  }
  return lines;
}

}  // namespace fastserve::hints
