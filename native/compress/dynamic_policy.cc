#include "native/compress/dynamic_policy.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/compress/media_type.h"
#include "native/http/response/response_head.h"

namespace fastserve::compress {

namespace {

constexpr uint16_t kPartialContent = 206;

bool HasContent(uint16_t status) { return !http::StatusForbidsContent(status) && status != kPartialContent; }

}  // namespace

bool DynamicPolicy::MayCode(uint16_t status, const AnswerFacts& facts, int64_t length) const {
  if (!on() || !HasContent(status) || facts.is_coded || facts.no_transform || facts.has_digest || facts.has_range) {
    return false;
  }
  if (facts.content_type.empty() || (length >= 0 && static_cast<uint64_t>(length) < policy.min_bytes)) return false;
  // A stream of events lives for hours and mostly stands still: the memory of an encoder for each is too much.
  if (MatchesMediaType("text/event-stream", facts.content_type)) return false;
  return std::ranges::any_of(policy.types,
                             [&](const std::string& type) { return MatchesMediaType(type, facts.content_type); });
}

bool CarriesCredentials(const http::RequestHead& head) {
  return head.Find(http::FieldId::kCookie) != nullptr || head.Find(http::FieldId::kAuthorization) != nullptr;
}

}  // namespace fastserve::compress
