#include "native/server/caching/cache_request.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/request/request_parser.h"

namespace fastserve::server {

using http::FieldId;

namespace {

constexpr uint64_t kConditions = http::BitOf(FieldId::kIfNoneMatch) | http::BitOf(FieldId::kIfModifiedSince) |
                                http::BitOf(FieldId::kIfRange) | http::BitOf(FieldId::kRange) | http::BitOf(FieldId::kIfMatch) |
                                http::BitOf(FieldId::kIfUnmodifiedSince);

bool IsCondition(const http::Field& field) { return (http::BitOf(static_cast<FieldId>(field.name_id)) & kConditions) != 0; }

}  // namespace

cache::RequestFacts CacheFactsOf(const http::RequestHead& head, std::string_view bytes) {
  cache::RequestFacts facts;
  bool has_cache_control = false;
  bool pragma_no_cache = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    const std::string_view value = bytes.substr(field.value_offset, field.value_length);
    switch (static_cast<FieldId>(field.name_id)) {
      case FieldId::kCacheControl:
        has_cache_control = true;
        cache::ReadDirectives(value, &facts.directives);
        break;
      case FieldId::kPragma: pragma_no_cache |= base::EqualsIgnoreCase(value, "no-cache"); break;
      case FieldId::kAuthorization: facts.has_authorization = true; break;
      default: break;
    }
  }
  if (!has_cache_control) facts.directives.no_cache = pragma_no_cache;
  return facts;
}

bool SpeaksToCaches(const http::RequestHead& head) {
  return head.Find(FieldId::kCacheControl) != nullptr || head.Find(FieldId::kPragma) != nullptr;
}

bool AsksForMoreThanWhole(const http::RequestHead& head) {
  return head.Find(FieldId::kRange) != nullptr || head.Find(FieldId::kIfMatch) != nullptr ||
         head.Find(FieldId::kIfUnmodifiedSince) != nullptr;
}

bool AsksForRangeOnly(const http::RequestHead& head) {
  return head.Find(FieldId::kRange) != nullptr && head.Find(FieldId::kIfMatch) == nullptr &&
         head.Find(FieldId::kIfUnmodifiedSince) == nullptr;
}

bool AsksForRangeAlone(const http::RequestHead& head) {
  return AsksForRangeOnly(head) && head.Find(FieldId::kIfNoneMatch) == nullptr && head.Find(FieldId::kIfModifiedSince) == nullptr;
}

bool MayAskForLess(const http::RequestHead& head) {
  // Those that were taken out may have left their bits.
  return head.MayHave(kConditions) && std::any_of(head.fields, head.fields + head.field_count, IsCondition);
}

bool NamesWeakly(const cache::RequestView& request, std::string_view etag) {
  const http::Field* field = request.head.Find(FieldId::kIfNoneMatch);
  return field != nullptr && etag.starts_with('"') &&
         request.bytes.substr(field->value_offset, field->value_length).find("W/" + std::string(etag)) != std::string_view::npos;
}

void TakeConditions(http::RequestHead* head) {
  const auto end = std::remove_if(head->fields, head->fields + head->field_count, IsCondition);
  head->field_count = static_cast<uint16_t>(end - head->fields);
}

std::string ConditionsOf(const cache::Entry& entry) {
  std::string lines;
  if (!entry.etag.empty()) lines.append("If-None-Match: ").append(entry.etag).append("\r\n");
  if (!entry.last_modified_text.empty()) {
    lines.append("If-Modified-Since: ").append(entry.last_modified_text).append("\r\n");
  }
  return lines;
}

http::RequestHead ParseAgain(std::string_view bytes) {
  http::RequestHead head;
  const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
  http::ParseRequestHead(bytes, 0, limits, &head);
  return head;
}

std::string AsGet(std::string_view head_bytes) {
  constexpr std::string_view kHead = "HEAD";
  return head_bytes.starts_with(kHead) ? std::string("GET").append(head_bytes.substr(kHead.size())) : std::string(head_bytes);
}

}  // namespace fastserve::server
