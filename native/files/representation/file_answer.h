// From a file to the answer for one request: method, coding, conditions, ranges. The I/O thread's own.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "native/files/mount.h"
#include "native/files/representation/open_file.h"
#include "native/http/conditional/conditional.h"
#include "native/http/types.h"

namespace fastserve::files {

// A piece of a multipart answer: `head`, then `length` bytes of the file from `offset`.
struct FilePart {
  std::string_view head;
  uint64_t offset = 0;
  uint64_t length = 0;
};

// What to send. `fields` has no Content-Length, Date or Connection: the connection adds them.
struct FileAnswer {
  enum class Kind : uint8_t {
    kMiss,     // no such file here: 404, or the application when the mount falls through
    kStatus,   // a status without a file: 204 (OPTIONS) 301 304 405 412 416 500 503
    kMemory,   // `memory` (part of file->content)
    kFile,     // `length` bytes of file->fd from `offset`
    kParts,    // `parts` of `file`, which is in memory or on its descriptor
    kDisk,     // not known yet: TakeWant says what to find out first
  };
  Kind kind = Kind::kMiss;
  uint16_t status = 404;
  OpenFile* file = nullptr;   // the caller owns one reference (null for kStatus and kMiss)
  std::string_view fields;    // into file, into scratch, or constant; valid until the next Answer call on this handler
  std::string_view memory;
  uint64_t offset = 0;
  uint64_t length = 0;        // content length to announce (also for HEAD); kParts: with the heads
  std::span<const FilePart> parts;  // lives as long as `fields`
};

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
