// What parsing a part of a head came to.
#pragma once

#include <cstdint>

#include "native/http/errors.h"

namespace fastserve::http {

enum class ParseStatus : uint8_t { kDone, kPartial, kBad };

struct ParseResult {
  ParseStatus status;
  HttpError error;  // when kBad
};

inline constexpr ParseResult kPartialResult = {ParseStatus::kPartial, HttpError::kNone};
inline constexpr ParseResult kDoneResult = {ParseStatus::kDone, HttpError::kNone};
constexpr ParseResult Bad(HttpError error) { return {ParseStatus::kBad, error}; }

}  // namespace fastserve::http
