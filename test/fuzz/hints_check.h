// What must hold of hints whatever an answer's Link fields say: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "native/hints/page.h"
#include "native/hints/policy.h"
#include "native/hints/table.h"
#include "native/http/fields/field_lines.h"

namespace fuzz {

inline const fastserve::hints::Policy& HintPolicy() {
  static const fastserve::hints::Policy policy{true, 1000, {"https://cdn.example"}};
  return policy;
}

inline std::string FindLinkFault(std::string_view value) {
  using namespace fastserve::hints;
  const std::string_view all = value;
  size_t before = value.size();
  for (Link link; TakeLink(&value, &link); before = value.size()) {
    if (value.size() >= before) return "a link that takes nothing";
    const size_t at = static_cast<size_t>(link.whole.data() - all.data());
    if (at + link.whole.size() > all.size()) return "a link beyond its list";
    if (!link.whole.starts_with('<') || link.target.data() != link.whole.data() + 1) return "a link that does not begin with its target";
    std::string_view alone = link.whole;
    Link again;
    if (!TakeLink(&alone, &again) || again.whole != link.whole || again.rel != link.rel || !alone.empty()) return "a link that is another one alone";
    if (!HintPolicy().MayHint(link)) continue;
    if (link.has_nonce) return "a hint with a nonce";
    const bool names_host = link.target.find("//") < link.target.find_first_of("?#") && link.target.find(':') < link.target.find('/');
    if (names_host && !fastserve::base::StartsWithIgnoreCase(link.target, "https://cdn.example")) return "a hint to a stranger";
  }
  return "";
}

// Empty: all is well, else what is not. `input`: values of Link, each ended by a line feed.
inline std::string FindHintsFault(std::string_view input) {
  using namespace fastserve;
  std::string block;
  for (std::string_view rest = input; !rest.empty();) {
    const size_t length = std::min(rest.find('\n'), rest.size());
    std::string value(rest.substr(0, length));
    std::erase_if(value, [](char c) { return c == '\r' || c == '\0'; });
    if (const std::string fault = FindLinkFault(value); !fault.empty()) return fault;
    block.append("Link: ").append(value).append("\r\n");
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  bool may_teach = false;
  const std::vector<std::string_view> links = hints::HintsOf(block, HintPolicy(), &may_teach);
  if (!may_teach) return "Link fields that forbid storing";
  if (links.size() > hints::kMaxLinks) return "too many links";
  hints::Page page;
  page.Learn(links, {1, 0}, 0);
  if (!page.Lines().empty()) return "hinted behind one client";
  page.Learn(links, {2, 0}, 0);
  const std::string lines = page.Lines();
  if (lines.empty() != links.empty()) return "not hinted behind two clients";
  if (lines.size() > hints::kMaxBytes + hints::kMaxLinks * std::string_view("Link: \r\n").size()) return "too many bytes";
  if (!hints::LinesBeyond(lines, lines).empty()) return "hints that say something new beside themselves";
  return "";
}

}  // namespace fuzz
