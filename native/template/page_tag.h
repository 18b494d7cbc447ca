// Entity-tags of assembled pages (RFC 9110 8.8.3). Pure but for the process's own key; any thread.
//
// DESIGN: a tag is made of the payload and the version of its table, which together decide every byte of the page, so a
// request whose copy is still good is answered before anything is assembled. It is weak: the same page may be sent in several
// content codings.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/template/literal_table.h"

namespace fastserve::templates {

// W/"0123456789abcdef"
class PageTag {
 public:
  static constexpr size_t kSize = 2 + 1 + 16 + 1;
  PageTag(const LiteralTable& table, std::string_view payload);
  std::string_view text() const { return {text_, kSize}; }

 private:
  char text_[kSize];
};

// The tag key that a secret stands for; without a secret one that is random for this process. Processes that share a secret
// and templates make the same tags. Tags do not keep the secret from somebody who studies many of them: use it for nothing
// else.
uint64_t TagKey(std::string_view secret);

}  // namespace fastserve::templates
