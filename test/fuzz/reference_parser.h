// A second request-head parser, written for comparison only: slow, plain, and sharing no code with native/http.
//
// Where native/http scans bytes from the left, this one splits strings, so that both are unlikely to share a mistake.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/http/types.h"

namespace fuzz {

struct ReferenceHead {
  enum class Verdict { kAccepted, kRefused, kIncomplete };  // kIncomplete: no CRLF CRLF yet
  Verdict verdict = Verdict::kRefused;
  std::string method, target, path, query, authority;
  bool has_query = false;
  int minor_version = 1;
  std::vector<std::pair<std::string, std::string>> fields;  // names as sent, values without OWS
  fastserve::http::BodyFraming framing = fastserve::http::BodyFraming::kNone;
  uint64_t content_length = 0;
  bool keep_alive = false;
  bool expect_continue = false;
  size_t head_length = 0;
};

// Parses the head at the start of `bytes` by the rules of native/http/request/request_parser.h.
ReferenceHead ParseReference(const std::string& bytes, const fastserve::http::HeadLimits& limits);

// Compares both parsers on `bytes`. "" when they agree, else a sentence that says where they differ.
std::string FindDisagreement(const std::string& bytes);

}  // namespace fuzz
