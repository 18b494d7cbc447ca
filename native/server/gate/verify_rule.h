// A rule by which a checker, an upstream or a view of the application, says who may pass (sub-request authentication).
// Immutable once serving, but for the store of its verdicts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/auth/access_verdict.h"
#include "native/variables/template.h"

namespace fastserve::server {

struct VerifyRule {
  std::string upstream;              // its name; empty: the application answers
  std::string target;                // of the request to the checker: checked, in origin-form
  std::vector<std::string> forward;  // names of the client's fields that the checker gets, in lower case
  std::vector<std::string> copy;     // names of the checker's fields that the request gets, in lower case
  std::string user_field;            // of the checker's answer: who asks; empty: nobody is told
  bool redirects = false;            // a 3xx of the checker goes to the client
  int64_t timeout_ms = 5000;         // until its answer: 503
  int64_t keep_ms = 0;               // how long a verdict holds for the same question; 0: it is asked each time
  std::optional<variables::Template> key;  // which questions are the same; nothing: those that were sent with the same bytes
  auth::VerdictStore verdicts;
};

}  // namespace fastserve::server
