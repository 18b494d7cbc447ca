// What is compressed of the answers of views and upstreams, on their way to the client. Immutable once serving.
#pragma once

#include <string_view>

#include "native/compress/answer_facts.h"
#include "native/compress/policy.h"
#include "native/http/types.h"

namespace fastserve::compress {

struct DynamicPolicy {
  // Without codings nothing is compressed. max_bytes and cache_bytes mean nothing here: nothing is kept.
  Policy policy;
  // Also what may carry secrets: answers to requests with Cookie or Authorization, and those that set cookies. A client
  // that can place text beside a secret learns it from the sizes of compressed answers (BREACH).
  bool secrets = false;

  bool on() const { return !policy.codings.empty(); }
  // Whether somebody could get this answer coded: then all its forms depend on Accept-Encoding. `length`: -1 if not known.
  bool MayCode(uint16_t status, const AnswerFacts& facts, int64_t length) const;
};

// Whether a request carries what makes its answer a secret.
bool CarriesCredentials(const http::RequestHead& head);

}  // namespace fastserve::compress
