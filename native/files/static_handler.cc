#include "native/files/static_handler.h"

#include "native/files/cache/file_cache.h"
#include "native/files/disk/disk_look.h"
#include "native/files/listing/listing_cache.h"
#include "native/files/mount.h"
#include "native/files/names/content_type.h"
#include "native/files/names/file_name.h"
#include "native/files/names/location.h"
#include "native/files/representation/file_answer.h"
#include "native/http/fields/accept.h"
#include "native/http/response/retry_after.h"

namespace fastserve::files {
namespace {

constexpr std::string_view kVaryByAccept = "Vary: Accept\r\n";

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

bool IsMiss(OpenStatus status) {
  return status == OpenStatus::kNotFound || status == OpenStatus::kNotAllowed || status == OpenStatus::kNotRegular;
}

bool AcceptsHtml(const FileRequest& request) {
  return request.Has(http::FieldId::kAccept) &&
         http::NamesMediaType(request.head, request.head_bytes, "text", "html");
}

ListingFormat FormatOf(const FileRequest& request) {
  if (!request.Has(http::FieldId::kAccept)) return ListingFormat::kHtml;
  const uint16_t json = http::MediaTypeWeight(request.head, request.head_bytes, "application", "json");
  const uint16_t html = http::MediaTypeWeight(request.head, request.head_bytes, "text", "html");
  return json > html ? ListingFormat::kJson : ListingFormat::kHtml;
}

void AnswerRedirect(const FileRequest& request, FileAnswer* answer) {
  const http::RequestHead& head = request.head;
  std::string_view query;
  if (head.has_query) query = request.head_bytes.substr(head.query_offset, head.query_length);
  std::string location("Location: ");
  AppendDirectoryLocation(request.path, head.has_query, query, &location);
  AnswerStatus(request, 301, location.append("\r\n"), answer);
}

}  // namespace

StaticHandler::StaticHandler(int64_t look_again_ms, bool waits)
    : cache_(std::make_unique<FileCache>(FileCacheLimits{.time_to_live_ms = look_again_ms}, waits ? nullptr : &now_ms_)),
      listings_(std::make_unique<ListingCache>(waits)),
      scratch_(std::make_unique<AnswerScratch>()) {}
StaticHandler::~StaticHandler() = default;

void StaticHandler::Answer(const Mount& mount, std::string_view path, const http::RequestHead& head,
                           std::string_view head_bytes, int64_t now_ms, FileAnswer* answer,
                           const FieldOverrides& overrides) {
  *answer = FileAnswer();
  if (mount.built != nullptr && IsBuiltName(path)) {
    AnswerFrom(*mount.built, path, head, head_bytes, now_ms, answer, overrides);
    if (answer->kind != FileAnswer::Kind::kMiss) return;
  }
  AnswerFrom(mount, path, head, head_bytes, now_ms, answer, overrides);
}

// One directory's answer; *answer stays what it is, a miss, where it has none.
void StaticHandler::AnswerFrom(const Mount& mount, std::string_view path, const http::RequestHead& head,
                               std::string_view head_bytes, int64_t now_ms, FileAnswer* answer,
                               const FieldOverrides& overrides) {
  const RelativeName relative = RelativeTo(mount.prefix, path);
  if (!relative.beneath) return;
  const FileRequest request{mount, path, head, head_bytes, now_ms, overrides, *scratch_};
  const Found found = FindFile(request, relative.name, relative.is_root);
  const bool redirected =
      found.status == OpenStatus::kDirectory && AnswerDirectory(request, relative.name, answer);
  if (redirected) return;
  if (found.status == OpenStatus::kDirectory || IsMiss(found.status)) return AnswerMiss(request, answer);
  AnswerFound(request, found, answer);
}

void StaticHandler::BeginTurn(int64_t now_ns) { cache_->BeginTurn(now_ns); }

std::unique_ptr<DiskLook> StaticHandler::TakeWant() { return std::move(want_); }

bool StaticHandler::Adopt(DiskLook& look, int64_t now_ms) {
  if (look.kind() == DiskLook::Kind::kFile) return cache_->Adopt(look.mount(), look.name(), std::move(look.file()), now_ms);
  listings_->Adopt(look.mount(), look.name(), look.listing_status(), look.listing(), now_ms);
  return true;
}

// Notes what a status of kWouldBlock waits for.
StaticHandler::Found StaticHandler::Want(OpenStatus status, const FileRequest& request, std::string_view name, bool is_listing) {
  if (status == OpenStatus::kWouldBlock) [[unlikely]] {
    const auto kind = is_listing ? DiskLook::Kind::kListing : DiskLook::Kind::kFile;
    want_ = std::make_unique<DiskLook>(kind, request.mount, name, cache_->small_file_bytes());
  }
  return {status};
}

void StaticHandler::Clear() {
  cache_->Clear();
  listings_->Clear();
}

StaticHandler::Found StaticHandler::FindFile(const FileRequest& request, std::string_view name, bool is_root) {
  if (is_root) return {OpenStatus::kDirectory};
  if (!name.empty() && !name.ends_with('/')) return Look(request, name);
  const Found index = FindIndex(request, name);
  return index.status == OpenStatus::kNotFound && request.mount.listing ? FindListing(request, name) : index;
}

// A file by its name, in the coding that the client prefers.
StaticHandler::Found StaticHandler::Look(const FileRequest& request, std::string_view name) {
  const FileCache::Found found = cache_->Find(request.mount, name, request.now_ms);
  if (found.status != OpenStatus::kOpened) return Want(found.status, request, name, false);
  if (!found.has_codings || !request.Has(http::FieldId::kAcceptEncoding)) return {found.status, found.file};
  OpenFile* const coded =
      cache_->FindCoded(http::ReadAcceptEncoding(request.head, request.head_bytes), !request.overrides.no_transform);
  return {found.status, coded != nullptr ? coded : found.file};
}

// The first of the mount's index files in `directory` ("" or ending with a slash); kNotFound when it has none.
StaticHandler::Found StaticHandler::FindIndex(const FileRequest& request, std::string_view directory) {
  for (const std::string& index : request.mount.index) {
    request.scratch.name.assign(directory).append(index);
    const Found found = Look(request, request.scratch.name);
    if (!IsMiss(found.status) && found.status != OpenStatus::kDirectory) return found;
  }
  return {OpenStatus::kNotFound};
}

StaticHandler::Found StaticHandler::FindListing(const FileRequest& request, std::string_view directory) {
  Found found{OpenStatus::kNotFound};
  found.status =
      listings_->Find(request.mount, directory, request.path, FormatOf(request), request.now_ms, &found.file);
  return found.status == OpenStatus::kOpened ? found : Want(found.status, request, directory, true);
}

void StaticHandler::AnswerFound(const FileRequest& request, const Found& found, FileAnswer* answer) {
  switch (found.status) {
    case OpenStatus::kOpened:
      return AnswerFile(request, found.file, answer);
    case OpenStatus::kExhausted:
      return AnswerStatus(request, 503, http::kRetryAfterLine, answer);
    case OpenStatus::kFailed:
      return AnswerStatus(request, 500, {}, answer);
    case OpenStatus::kWouldBlock:
      answer->kind = FileAnswer::Kind::kDisk;
      return;
    case OpenStatus::kDirectory:
    case OpenStatus::kNotFound:
    case OpenStatus::kNotAllowed:  // not told apart: a 403 would say that the name exists
    case OpenStatus::kNotRegular:
      return;
  }
}

// For the directory `name` ("" is the root) asked for without its slash: false when it is a miss, true also for kDisk. Where something else
// answers misses, a directory with nothing to show is not redirected: the path may be one of the application's.
bool StaticHandler::AnswerDirectory(const FileRequest& request, std::string_view name, FileAnswer* answer) {
  const Mount& mount = request.mount;
  if (!request.IsRead() || mount.internal) return false;  // an internal mount has no URL to redirect to
  if ((mount.fallthrough || !mount.fallback.empty()) && !mount.listing) {
    const std::string directory = name.empty() ? std::string() : std::string(name) + '/';
    const Found index = FindIndex(request, directory);
    if (index.status == OpenStatus::kNotFound) return false;
    if (index.status == OpenStatus::kWouldBlock) {
      AnswerFound(request, index, answer);
      return true;
    }
  }
  AnswerRedirect(request, answer);
  return true;
}

// Leaves kMiss where the mount has no page for it.
void StaticHandler::AnswerMiss(const FileRequest& request, FileAnswer* answer) {
  const Mount& mount = request.mount;
  if (!mount.fallback.empty() && request.IsRead() && AcceptsHtml(request)) {
    const Found found = Look(request, mount.fallback);
    if (found.status == OpenStatus::kOpened) {
      const std::string fields = std::string(kVaryByAccept).append(request.overrides.fields);
      FileRequest varied = request;
      varied.overrides.fields = fields;
      return AnswerFile(varied, found.file, answer);
    }
    if (!IsMiss(found.status)) return AnswerFound(request, found, answer);
  }
  if (mount.fallthrough || mount.not_found.empty()) return;
  const Found found = Look(request, mount.not_found);
  if (found.status == OpenStatus::kOpened) AnswerPage(request, found.file, 404, answer);
  if (found.status == OpenStatus::kWouldBlock) AnswerFound(request, found, answer);
}

}  // namespace fastserve::files
