// Entity-tags and lists of them (RFC 9110 8.8.3). Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::http {

struct EntityTag {
  bool weak = false;
  std::string_view opaque;  // with its quotes; empty: no tag
};

// Takes one entity-tag from the start of *text. False, and *text as it was, when none stands there.
bool TakeEntityTag(std::string_view* text, EntityTag* tag);

// The tag that is the whole of `text`; an empty `opaque` when it is something else.
EntityTag ParseEntityTag(std::string_view text);

// RFC 9110 8.8.3.2. An absent tag equals nothing.
bool StrongEquals(const EntityTag& a, const EntityTag& b);
bool WeakEquals(const EntityTag& a, const EntityTag& b);

}  // namespace fastserve::http
