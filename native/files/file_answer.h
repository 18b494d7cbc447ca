// From a file to the answer for one request: method, coding, conditions, ranges. The I/O thread's own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/files/static_handler.h"
#include "native/http/conditional.h"
#include "native/http/types.h"

namespace fastserve::files {

// A condition or a range (If-Range means nothing without Range).
constexpr uint64_t kConditionalFields =
    http::BitOf(http::FieldId::kIfMatch) | http::BitOf(http::FieldId::kIfNoneMatch) | http::BitOf(http::FieldId::kIfModifiedSince) |
    http::BitOf(http::FieldId::kIfUnmodifiedSince) | http::BitOf(http::FieldId::kRange);

// What an answer's views may refer to; one for each handler, reused so that a warm one allocates nothing.
struct AnswerScratch {
  std::string name;       // looked up
  std::string fields;
  std::string part_heads;
  std::array<FilePart, http::kMaxRanges + 1> parts;
};

// One call of StaticHandler::Answer.
struct FileRequest {
  const Mount& mount;
  std::string_view path;
  const http::RequestHead& head;
  std::string_view head_bytes;
  int64_t now_ms;
  FieldOverrides overrides;
  AnswerScratch& scratch;

  bool Has(http::FieldId id) const { return head.MayHave(http::BitOf(id)); }
  bool IsConditional() const { return head.MayHave(kConditionalFields); }
  bool IsRead() const { return head.method == http::Method::kGet || head.method == http::Method::kHead; }
};

// Answers with `file`, the representation that was selected; *answer gets a reference of its own where content is sent.
// GET and HEAD: 200, 206, 304, 412, 416 (RFC 9110 13, 14); OPTIONS: 204; any other method: 405.
void AnswerFile(const FileRequest& request, OpenFile* file, FileAnswer* answer);

// Answers with the whole of `file` as the page that explains `status`.
void AnswerPage(const FileRequest& request, OpenFile* file, uint16_t status, FileAnswer* answer);

// A status without a file: `fields` and the lines that every answer of the mount has.
void AnswerStatus(const FileRequest& request, uint16_t status, std::string_view fields, FileAnswer* answer);

}  // namespace fastserve::files
