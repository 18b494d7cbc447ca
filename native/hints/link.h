// The values of Link (RFC 8288 3), as far as hints need them. Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::hints {

// One link of a field value. Views into it.
struct Link {
  std::string_view whole;   // "<...>; rel=..." without white space around
  std::string_view target;  // between the angle brackets
  std::string_view rel;     // relation types, separated by spaces; empty: none was given
  bool has_nonce = false;   // a parameter that belongs to one answer
};

// Takes the next link off *list; false at its end, and where it breaks the grammar: nothing behind that can be told apart.
bool TakeLink(std::string_view* list, Link* link);

// Whether `type`, in lower case, is among the relation types of `rel` (RFC 8288 3.3: case does not matter).
bool HasRelation(std::string_view rel, std::string_view type);

}  // namespace fastserve::hints
