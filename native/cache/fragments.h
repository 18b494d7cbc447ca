// Pieces of pages that templates keep ({% cache %}), in the store of responses: one budget, one way to purge. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/cache/store.h"

namespace fastserve::cache {

struct NewFragment {
  std::string key;
  std::string text;
  std::vector<std::string> tags;
  int64_t lifetime_s = 0;
  uint64_t purges_seen = 0;  // when making it began
};

// The entry of a fragment that is fresh at `now_ms` (monotonic), whose text is in its content's memory; none where there is none. Then
// *purges_seen is what NewFragment needs of one that is made from now on.
EntryRef FindFragment(Store& store, std::string_view key, int64_t now_ms, uint64_t* purges_seen);

// Keeps a fragment, in the place of the one that is there. Nothing happens when a purge since `purges_seen` names one of its tags, or when it
// is larger than an entry may be.
void KeepFragment(Store& store, NewFragment fragment, int64_t now_ms);

}  // namespace fastserve::cache
