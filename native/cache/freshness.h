// Whether a response may be stored, and how long it is fresh (RFC 9111 3 and 4.2). Pure, any thread.
#pragma once

#include <cstdint>

#include "native/cache/entry.h"
#include "native/cache/response_facts.h"
#include "native/cache/rule.h"

namespace fastserve::cache {

struct RequestFacts {
  Directives directives;
  bool has_authorization = false;
};

// Seconds, but for what is named otherwise.
struct Verdict {
  bool storable = false;
  int64_t lifetime_s = 0;
  int64_t initial_age_s = 0;
  int64_t stale_while_revalidate_s = 0;
  int64_t stale_if_error_s = 0;
  bool must_revalidate = false;
  bool no_cache = false;
};

// The answer to a GET, received at `wall_s` after `delay_s` seconds. What may be stored but could never be used, because it is
// not fresh and nothing can validate it, is not storable.
Verdict Judge(const RequestFacts& request, const ResponseFacts& response, const Rule& rule, int64_t wall_s,
              int64_t delay_s);

enum class Use : uint8_t {
  kFresh,       // answers without asking anybody
  kStale,       // answers now, and is renewed behind the client's back (stale-while-revalidate, max-stale)
  kRevalidate,  // may not answer before it has been validated
};

// What a stored response is to a request (RFC 9111 4, 5.2.1).
Use UseOf(const Entry& entry, const RequestFacts& request, const Rule& rule, int64_t now_ms);

// Whether it may answer when there is no new one: the view or the upstream has failed, or nobody can be asked.
bool MayAnswerAfterError(const Entry& entry, int64_t now_ms);

}  // namespace fastserve::cache
