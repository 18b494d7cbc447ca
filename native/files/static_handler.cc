#include "native/files/static_handler.h"

#include <charconv>

#include "native/files/file_cache.h"
#include "native/files/location.h"
#include "native/http/conditional.h"

namespace fastserve::files {
namespace {

constexpr std::string_view kAllow = "Allow: GET, HEAD, OPTIONS\r\n";
constexpr std::string_view kRetryAfter = "Retry-After: 1\r\n";

bool IsRead(http::Method method) { return method == http::Method::kGet || method == http::Method::kHead; }

// How a request path stands to a mount's prefix.
struct RelativeName {
  bool beneath = false;  // false: the path belongs elsewhere ("/static.bak" for "/static/")
  bool is_root = false;  // the prefix without its slash
  std::string_view name;   // what follows the prefix
};

RelativeName RelativeTo(std::string_view prefix, std::string_view path) {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix)) return {};
  path.remove_prefix(prefix.size());
  if (path.empty()) return {.beneath = true, .is_root = true, .name = {}};
  if (path.front() != '/') return {};
  return {.beneath = true, .is_root = false, .name = path.substr(1)};
}

constexpr uint64_t BitOf(http::FieldId id) { return uint64_t{1} << static_cast<unsigned>(id); }
static_assert(static_cast<unsigned>(http::FieldId::kCount) <= 64, "field ids no longer fit the mask below");

constexpr uint64_t kConditionalFields =
    BitOf(http::FieldId::kIfMatch) | BitOf(http::FieldId::kIfNoneMatch) | BitOf(http::FieldId::kIfModifiedSince) |
    BitOf(http::FieldId::kIfUnmodifiedSince) | BitOf(http::FieldId::kRange);

// One pass that spares the common request the evaluation of conditions (If-Range means nothing without Range).
bool IsConditional(const http::RequestHead& head) {
  uint64_t present = 0;
  for (uint16_t i = 0; i < head.field_count; ++i) present |= uint64_t{1} << (head.fields[i].name_id & 63);
  return (present & kConditionalFields) != 0;
}

void AnswerStatus(uint16_t status, std::string_view fields, FileAnswer* answer) {
  answer->kind = FileAnswer::Kind::kStatus;
  answer->status = status;
  answer->fields = fields;
}

// `length` bytes of `file` from `offset`, with a reference for the caller.
void AnswerBytes(OpenFile* file, uint64_t offset, uint64_t length, FileAnswer* answer) {
  answer->kind = file->in_memory ? FileAnswer::Kind::kMemory : FileAnswer::Kind::kFile;
  answer->status = 200;
  answer->fields = file->fields;
  if (file->in_memory) answer->memory = std::string_view(file->content).substr(offset, length);
  answer->offset = offset;
  answer->length = length;
  answer->file = file;
  file->Retain();
}

void AppendNumber(uint64_t value, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

// One call of StaticHandler::Answer. `scratch` holds the names that are looked up, then the fields that are made for
// this answer.
struct Request {
  const Mount& mount;
  std::string_view path;
  const http::RequestHead& head;
  std::string_view head_bytes;
  int64_t now_ms;
  std::string& scratch;
};

void AnswerRange(const Request& request, OpenFile* file, const http::RangeResult& range, FileAnswer* answer) {
  std::string& fields = request.scratch;
  fields.assign("Content-Range: bytes ");
  if (range.status == http::RangeStatus::kUnsatisfiable) {
    fields.append("*/");
    AppendNumber(file->size, &fields);
    fields.append("\r\n");
    return AnswerStatus(416, fields, answer);
  }
  AppendNumber(range.first, &fields);
  fields.push_back('-');
  AppendNumber(range.first + range.length - 1, &fields);
  fields.push_back('/');
  AppendNumber(file->size, &fields);
  fields.append("\r\n").append(file->fields);
  AnswerBytes(file, range.first, range.length, answer);
  answer->status = 206;
  answer->fields = fields;
}

void AnswerConditional(const Request& request, OpenFile* file, FileAnswer* answer) {
  const http::Validators validators{.etag = file->etag, .last_modified = file->modified_seconds};
  const http::Precondition precondition =
      http::EvaluatePreconditions(request.head, request.head_bytes, validators);
  if (precondition == http::Precondition::kFailed) return AnswerStatus(412, {}, answer);
  if (precondition == http::Precondition::kNotModified) {
    request.scratch = file->validator_fields;  // a copy: no reference of the file goes with a status
    return AnswerStatus(304, request.scratch, answer);
  }
  const http::RangeResult range = http::EvaluateRange(request.head, request.head_bytes, validators, file->size);
  if (range.status == http::RangeStatus::kWhole) return AnswerBytes(file, 0, file->size, answer);
  AnswerRange(request, file, range, answer);
}

void AnswerFile(const Request& request, OpenFile* file, FileAnswer* answer) {
  if (request.head.method == http::Method::kOptions) return AnswerStatus(204, kAllow, answer);
  if (!IsRead(request.head.method)) return AnswerStatus(405, kAllow, answer);
  if (IsConditional(request.head)) return AnswerConditional(request, file, answer);
  AnswerBytes(file, 0, file->size, answer);
}

// The first of the mount's index files in `directory` ("" or ending with a slash); kNotFound when it has none.
FileCache::Found FindIndex(const Request& request, FileCache* cache, std::string_view directory) {
  for (const std::string& index : request.mount.index) {
    request.scratch.assign(directory).append(index);
    const FileCache::Found found = cache->Find(request.mount, request.scratch, request.now_ms);
    const bool decided = found.status == OpenStatus::kOpened || found.status == OpenStatus::kExhausted ||
                         found.status == OpenStatus::kFailed;
    if (decided) return found;
  }
  return {OpenStatus::kNotFound};
}

// For the directory `name` ("" is the root) asked for without its slash. Where misses go to the application, a
// directory without index is not redirected: the path may be one of the application's.
void AnswerDirectory(const Request& request, FileCache* cache, std::string_view name, FileAnswer* answer) {
  if (!IsRead(request.head.method)) return;
  if (request.mount.fallthrough) {
    const std::string directory = name.empty() ? std::string() : std::string(name) + '/';
    if (FindIndex(request, cache, directory).status == OpenStatus::kNotFound) return;
  }
  const http::RequestHead& head = request.head;
  std::string_view query;
  if (head.has_query) query = request.head_bytes.substr(head.query_offset, head.query_length);
  request.scratch.assign("Location: ");
  AppendDirectoryLocation(request.path, head.has_query, query, &request.scratch);
  request.scratch.append("\r\n");
  AnswerStatus(301, request.scratch, answer);
}

FileCache::Found FindFile(const Request& request, FileCache* cache, const RelativeName& relative) {
  if (relative.is_root) return {OpenStatus::kDirectory};
  if (relative.name.empty() || relative.name.ends_with('/')) return FindIndex(request, cache, relative.name);
  return cache->Find(request.mount, relative.name, request.now_ms);
}

}  // namespace

StaticHandler::StaticHandler() : cache_(std::make_unique<FileCache>()) {}
StaticHandler::~StaticHandler() = default;

void StaticHandler::Answer(const Mount& mount, std::string_view path, const http::RequestHead& head,
                           std::string_view head_bytes, int64_t now_ms, FileAnswer* answer) {
  *answer = FileAnswer();
  const RelativeName relative = RelativeTo(mount.prefix, path);
  if (!relative.beneath) return;
  const Request request{mount, path, head, head_bytes, now_ms, scratch_};
  const FileCache::Found found = FindFile(request, cache_.get(), relative);
  switch (found.status) {
    case OpenStatus::kOpened:
      return AnswerFile(request, found.file, answer);
    case OpenStatus::kDirectory:
      return AnswerDirectory(request, cache_.get(), relative.name, answer);
    case OpenStatus::kExhausted:
      return AnswerStatus(503, kRetryAfter, answer);
    case OpenStatus::kFailed:
      return AnswerStatus(500, {}, answer);
    case OpenStatus::kNotFound:
    case OpenStatus::kNotAllowed:  // not told apart: a 403 would say that the name exists
    case OpenStatus::kNotRegular:
      return;
  }
}

void StaticHandler::Clear() { cache_->Clear(); }

}  // namespace fastserve::files
