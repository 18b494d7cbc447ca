// Makes stored responses of answers. The I/O thread's own.
#pragma once

#include <memory>
#include <string_view>

#include "native/cache/entry.h"
#include "native/cache/freshness.h"
#include "native/cache/response_facts.h"
#include "native/server/caching/cache_fill.h"

namespace fastserve::server {

// Without its content. `lines`: of the answer, as `facts` were read from them or from what a 304 made of them; `now_ms`: of the loop.
std::unique_ptr<cache::Entry> MakeEntry(const FillRequest& request, const cache::ResponseFacts& facts, const cache::Verdict& verdict,
                                        std::string_view lines, int64_t now_ms);

}  // namespace fastserve::server
