// Answers out of files: those that a client asks for, and those that an application names.
#include "native/files/disk/disk_look.h"
#include "native/files/representation/file_pages.h"
#include "native/http/conditional/conditional.h"
#include "native/http/grammar/path.h"
#include "native/http/request/request_parser.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/file_redirect.h"
#include "native/server/lanes/router.h"

namespace fastserve::server {

namespace {

void ReleaseFile(void* context) { static_cast<files::OpenFile*>(context)->Release(); }

}  // namespace

// False: a miss that somebody else may answer.
bool Router::TryFile(const Asked& asked) {
  const files::Mount& mount = (*io_.snapshot()->mounts)[asked.mount->mount_id];
  files::FileAnswer answer;
  files_.BeginTurn(io_.now_ns());
  files_.Answer(mount, asked.path, asked.head, asked.head_bytes, AskedAt(*asked.exchange), &answer);
  if (answer.kind == files::FileAnswer::Kind::kDisk) [[unlikely]] {
    io_.file_lane().AwaitLook(asked.connection, asked.exchange, asked.head_bytes, files_.TakeWant());
    return true;
  }
  if (answer.kind == files::FileAnswer::Kind::kMiss) {
    if (mount.fallthrough) return false;
    asked.connection.SendStatus(asked.exchange, 404, mount.fields);
    return true;
  }
  SendFile(asked.connection, asked.exchange, answer);
  return true;
}

// What was found out for a request since it came is good for it, however long ago the first of it was.
int64_t Router::AskedAt(const Exchange& exchange) const {
  return exchange.disk_since_ms == 0 ? io_.now_ms() : exchange.disk_since_ms - 1;
}

void Router::SendFile(Connection& connection, Exchange* exchange, files::FileAnswer& file) {
  exchange->answered_by = AnsweredBy::kFile;
  if (file.kind == files::FileAnswer::Kind::kStatus) {
    if (file.status >= 400) {
      connection.SendStatus(exchange, file.status, file.fields);
    } else {
      Answer answer;
      answer.status = file.status;
      answer.fields = file.fields;
      connection.Send(exchange, answer);
    }
    if (file.file != nullptr) file.file->Release();
    return;
  }
  if (file.kind == files::FileAnswer::Kind::kParts) return SendFileParts(connection, exchange, file);
  Answer answer;
  answer.status = file.status;
  answer.fields = file.fields;
  answer.length = file.length;
  answer.release = {&ReleaseFile, file.file};
  if (exchange->head_request) {
    answer.body = Answer::Body::kNone;
  } else if (file.kind == files::FileAnswer::Kind::kMemory) {
    // What is small is copied behind its head: one send, and no reference to keep.
    answer.body = file.memory.size() <= net::BlockPool::kBlockBytes ? Answer::Body::kCopied : Answer::Body::kBorrowed;
    answer.bytes = file.memory;
  } else if (small_ranges_.Read(*file.file, file.offset, file.length, &answer.bytes)) {
    answer.body = Answer::Body::kCopied;
  } else {
    answer.body = Answer::Body::kFile;
    answer.fd = file.file->fd;
    answer.offset = file.offset;
    answer.pages = file.file->pages.get();
  }
  connection.Send(exchange, answer);
}

// Each part that is not copied holds a reference of its own: parts are released one by one as they are sent.
void Router::SendFileParts(Connection& connection, Exchange* exchange, files::FileAnswer& file) {
  AnswerPart parts[2 * (http::kMaxRanges + 1)];
  size_t count = 0;
  for (const files::FilePart& part : file.parts) {
    parts[count++].bytes = part.head;
    if (part.length == 0) continue;
    AnswerPart& content = parts[count++];
    if (file.file->in_memory) {
      content.bytes = file.file->content.substr(part.offset, part.length);
      if (part.length <= net::BlockPool::kBlockBytes) continue;
    } else {
      content = {{}, file.file->fd, file.file->pages.get(), part.offset, part.length, {}};
    }
    file.file->Retain();
    content.release = {&ReleaseFile, file.file};
  }
  connection.SendParts(exchange, file.status, file.fields, file.length, {parts, count});
  file.file->Release();
}

std::string_view Router::FileNamedBy(std::string_view fields) const {
  return io_.snapshot()->has_internal_mounts ? FindFileRedirect(fields) : std::string_view();
}

// The one with the longest prefix, internal ones included: an application may name what a client may not.
const files::Mount* Router::FindAnyMount(std::string_view path) const {
  const files::Mount* found = nullptr;
  for (const files::Mount& mount : *io_.snapshot()->mounts) {
    const bool longer = found == nullptr || mount.prefix.size() > found->prefix.size();
    if (longer && path.starts_with(mount.prefix)) found = &mount;
  }
  return found;
}

void Router::SendNamedFile(Connection& connection, Exchange* exchange, std::string_view target, std::string_view fields,
                           std::string_view request_head) {
  const std::string_view raw = target.substr(0, target.find('?'));
  std::string_view path = raw;
  http::PathStatus status = http::PathStatus::kBad;
  if (raw.size() <= sizeof path_) {
    size_t length = 0;
    status = http::NormalizePath(raw, path_, &length);
    if (status == http::PathStatus::kNormalized) path = {path_, length};
  }
  const files::Mount* mount = status == http::PathStatus::kBad ? nullptr : FindAnyMount(path);
  http::RequestHead head;
  const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
  const http::ParseResult parsed = http::ParseRequestHead(request_head, 0, limits, &head);
  if (mount == nullptr || parsed.status != http::ParseStatus::kDone) {
    connection.SendStatus(exchange, 500);  // the application names what no mount has
    return;
  }
  if (head.method != http::Method::kGet && head.method != http::Method::kHead) {
    head.method = http::Method::kGet;  // the answer to a POST: its conditions were about something else
    head.field_count = 0;
    head.known = 0;
  }
  std::string kept;
  files::FileAnswer answer;
  files_.BeginTurn(io_.now_ns());
  files_.Answer(*mount, path, head, request_head, AskedAt(*exchange), &answer, OverridesFrom(fields, &kept));
  if (answer.kind == files::FileAnswer::Kind::kDisk) {
    auto named = std::make_unique<NamedFile>(NamedFile{std::string(target), std::string(fields)});
    return io_.file_lane().AwaitLook(connection, exchange, request_head, files_.TakeWant(), std::move(named));
  }
  if (answer.kind == files::FileAnswer::Kind::kMiss) return connection.SendStatus(exchange, 404, mount->fields);
  SendFile(connection, exchange, answer);
}

}  // namespace fastserve::server
