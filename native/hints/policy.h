// Which links of answers may be sent to others as hints. Immutable, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/hints/link.h"

namespace fastserve::hints {

// Of one page. Browsers look at a few, and a hint is worth less than the head that it delays.
constexpr size_t kMaxLinks = 16;
constexpr size_t kMaxLinkBytes = 1024;
constexpr size_t kMaxBytes = 4096;  // of all links of a page

struct Policy {
  bool learns = false;
  int64_t max_age_ms = 0;            // since a page last had its links; then they are no hints any more
  std::vector<std::string> origins;  // beside the page's own: "https://cdn.example", in lower case, without a slash

  // rel=preload, modulepreload or preconnect, without a nonce, to the page's own origin (a relative reference, RFC 3986 4.2) or one of
  // `origins`.
  bool MayHint(const Link& link) const;
};

// The links of an answer's checked lines that may be hinted, in order, within the bounds above. None where the answer may not be
// stored by a cache that many use (no-store, private: RFC 9111 5.2.2.5, 5.2.2.7); *may_teach is false then.
std::vector<std::string_view> HintsOf(std::string_view fields, const Policy& policy, bool* may_teach);

}  // namespace fastserve::hints
