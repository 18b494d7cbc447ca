#include "native/files/representation/file_answer.h"

#include <sys/random.h>

#include <cerrno>

#include "native/base/check.h"
#include "native/files/representation/open_file.h"
#include "native/http/conditional/multipart_ranges.h"

namespace fastserve::files {
namespace {

constexpr std::string_view kAllow = "Allow: GET, HEAD, OPTIONS\r\n";
constexpr size_t kBoundaryBytes = 16;

bool Overrides(const FieldOverrides& overrides) { return !overrides.fields.empty() || !overrides.content_type.empty(); }

// The prebuilt block, or one made for this request.
std::string_view FieldsOf(const FileRequest& request, FieldBlock block, const OpenFile& file) {
  if (!Overrides(request.overrides) && block == FieldBlock::kContent) return file.fields;
  if (!Overrides(request.overrides) && block == FieldBlock::kNotModified) return file.validator_fields;
  request.scratch.fields.clear();
  AppendFileFields(block, file, request.mount.fields, request.overrides, &request.scratch.fields);
  return request.scratch.fields;
}

// `length` bytes of `file` from `offset`, with a reference for the caller.
void AnswerBytes(OpenFile* file, uint64_t offset, uint64_t length, FileAnswer* answer) {
  answer->kind = file->in_memory ? FileAnswer::Kind::kMemory : FileAnswer::Kind::kFile;
  if (file->in_memory) answer->memory = file->content.substr(offset, length);
  answer->offset = offset;
  answer->length = length;
  answer->file = file;
  file->Retain();
}

void AnswerWhole(const FileRequest& request, OpenFile* file, FileAnswer* answer) {
  AnswerBytes(file, 0, file->size, answer);
  answer->status = 200;
  answer->fields = FieldsOf(request, FieldBlock::kContent, *file);
}

void AnswerOneRange(const FileRequest& request, OpenFile* file, const http::ByteRange& range, FileAnswer* answer) {
  std::string& fields = request.scratch.fields;
  fields.clear();
  http::AppendContentRange(range, file->size, &fields);
  if (Overrides(request.overrides)) {
    AppendFileFields(FieldBlock::kContent, *file, request.mount.fields, request.overrides, &fields);
  } else {
    fields.append(file->fields);
  }
  AnswerBytes(file, range.first, range.length, answer);
  answer->status = 206;
  answer->fields = fields;
}

// 32 hexadecimal digits that nobody can have put into a file beforehand.
std::string MakeBoundary() {
  unsigned char random[kBoundaryBytes];
  ssize_t got;
  do {
    got = ::getrandom(random, sizeof random, 0);
  } while (got < 0 && errno == EINTR);
  FASTSERVE_CHECK(got == static_cast<ssize_t>(sizeof random), "the kernel gave no random bytes");
  std::string boundary;
  for (const unsigned char byte : random) {
    boundary.push_back("0123456789abcdef"[byte >> 4]);
    boundary.push_back("0123456789abcdef"[byte & 15]);
  }
  return boundary;
}

// Writes the heads one behind the other, then, as nothing moves any more, the parts that refer to them.
void AnswerSeveralRanges(const FileRequest& request, OpenFile* file, const http::RangeResult& set,
                         FileAnswer* answer) {
  AnswerScratch& scratch = request.scratch;
  const std::string boundary = MakeBoundary();
  const std::string_view type =
      request.overrides.content_type.empty() ? file->content_type : request.overrides.content_type;
  std::array<size_t, http::kMaxRanges + 1> ends;
  scratch.part_heads.clear();
  for (uint8_t i = 0; i < set.count; ++i) {
    http::AppendPartHead(boundary, type, set.ranges[i], file->size, i == 0, &scratch.part_heads);
    ends[i] = scratch.part_heads.size();
  }
  http::AppendMultipartEnd(boundary, &scratch.part_heads);
  ends[set.count] = scratch.part_heads.size();
  answer->length = scratch.part_heads.size();
  for (uint8_t i = 0; i <= set.count; ++i) {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    const http::ByteRange range = i < set.count ? set.ranges[i] : http::ByteRange{0, 0};
    scratch.parts[i] = {std::string_view(scratch.part_heads).substr(begin, ends[i] - begin), range.first, range.length};
    answer->length += range.length;
  }
  scratch.fields.clear();
  http::AppendMultipartType(boundary, &scratch.fields);
  AppendFileFields(FieldBlock::kMultipart, *file, request.mount.fields, request.overrides, &scratch.fields);
  answer->kind = FileAnswer::Kind::kParts;
  answer->status = 206;
  answer->fields = scratch.fields;
  answer->parts = {scratch.parts.data(), size_t{set.count} + 1};
  answer->file = file;
  file->Retain();
}

void AnswerConditional(const FileRequest& request, OpenFile* file, FileAnswer* answer) {
  const http::Validators validators{.etag = file->etag,
                                    .last_modified = file->modified_seconds,
                                    .date_is_shared = !file->vary.empty(),
                                    .last_modified_text = file->modified_text};
  const http::Precondition precondition =
      http::EvaluatePreconditions(request.head, request.head_bytes, validators);
  if (precondition == http::Precondition::kFailed) return AnswerStatus(request, 412, {}, answer);
  if (precondition == http::Precondition::kNotModified) {
    answer->fields = FieldsOf(request, FieldBlock::kNotModified, *file);
    answer->kind = FileAnswer::Kind::kStatus;
    answer->status = 304;
    return;
  }
  const http::RangeResult set = http::EvaluateRange(request.head, request.head_bytes, validators, file->size);
  if (set.status == http::RangeStatus::kWhole) return AnswerWhole(request, file, answer);
  if (set.status == http::RangeStatus::kUnsatisfiable) {
    std::string fields;
    http::AppendUnsatisfiedRange(file->size, &fields);
    return AnswerStatus(request, 416, fields, answer);
  }
  if (set.count > 1) return AnswerSeveralRanges(request, file, set, answer);
  AnswerOneRange(request, file, set.ranges[0], answer);
}

}  // namespace

void AnswerFile(const FileRequest& request, OpenFile* file, FileAnswer* answer) {
  if (request.head.method == http::Method::kOptions) return AnswerStatus(request, 204, kAllow, answer);
  if (!request.IsRead()) return AnswerStatus(request, 405, kAllow, answer);
  if (request.IsConditional()) return AnswerConditional(request, file, answer);
  AnswerWhole(request, file, answer);
}

void AnswerPage(const FileRequest& request, OpenFile* file, uint16_t status, FileAnswer* answer) {
  AnswerBytes(file, 0, file->size, answer);
  answer->status = status;
  answer->fields = FieldsOf(request, FieldBlock::kErrorPage, *file);
}

void AnswerStatus(const FileRequest& request, uint16_t status, std::string_view fields, FileAnswer* answer) {
  std::string& block = request.scratch.fields;
  block.assign(fields).append(request.mount.fields).append(request.overrides.fields);
  answer->kind = FileAnswer::Kind::kStatus;
  answer->status = status;
  answer->fields = block;
}

}  // namespace fastserve::files
