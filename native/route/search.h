// Finds the route of a path in the trie. Any thread; every thread has its own small scratch memory.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/route/table.h"
#include "native/route/trie.h"

namespace fastserve::route {

struct SearchResult {
  const Entry* entry = nullptr;  // lowest position that matches the path and allows the method
  uint8_t param_count = 0;       // of `entry`
  // With no entry and no position limit: whether some route matches the path, and the methods of all that do.
  bool path_matched = false;
  MethodSet methods = 0;
};

// Matches path.substr(1); `path` begins with "/". Only entries below `position_limit` that allow one of `wanted` count.
// `params` has room for kMaxParams: the values of `entry`, as offsets in `path`, each the one that Python's re would
// capture (leftmost parameters as long as possible). Time is linear in the path for each converter reached (search.cc).
SearchResult FindRoute(const Trie& trie, std::string_view path, MethodSet wanted, uint32_t position_limit,
                       Param* params);

}  // namespace fastserve::route
