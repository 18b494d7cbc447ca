// A condition on exchanges by which an access log takes or leaves their lines. Immutable once serving, any thread.
//
// What of it is about the request is asked while that is there (FitsRequest), the rest when the answer has ended (FitsAnswer): it
// holds where both do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/glob.h"
#include "native/log/record.h"
#include "native/log/variable.h"

namespace fastserve::log {

// `pattern` with "*" for any bytes, also none.
bool MatchesWildcard(std::string_view pattern, std::string_view value);

// Of the value of one variable.
struct ValueTest {
  enum class Kind : uint8_t { kPresent, kAbsent, kLike };
  NamedVariable variable;
  Kind kind = Kind::kPresent;
  std::string pattern;  // kLike

  bool Holds(std::string_view value) const;
};

// All that is set must hold; of a list, one.
struct Condition {
  std::vector<std::string> lanes;
  uint32_t classes = 0;               // bits 1 << (status / 100)
  std::vector<uint16_t> statuses;     // with classes: either
  std::vector<base::Glob> paths;     // of "." and the path, which is decoded and in normal form
  std::vector<ValueTest> values;      // all of them
  int64_t slower_us = 0;              // answers that took longer; 0: any

  bool empty() const;
  bool uses_sent_fields() const;
  bool uses_phases() const;
  // The request's part. `facts` null: the request was broken, so that nothing can be said of it.
  bool FitsRequest(const variables::RequestFacts* facts, std::string* scratch) const;
  bool FitsAnswer(const Record& record, std::string* scratch) const;
};

}  // namespace fastserve::log
