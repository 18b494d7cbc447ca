#include "native/server/stored_answer.h"

#include <algorithm>
#include <charconv>

#include "native/http/conditional.h"
#include "native/http/multipart_ranges.h"

namespace fastserve::server {
namespace {

void ReleaseEntry(void* context) { static_cast<const cache::Entry*>(context)->Release(); }

void AppendAge(int64_t age_s, std::string* fields) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::max<int64_t>(age_s, 0)).ptr;
  fields->append("Age: ").append(digits, end).append("\r\n");
}

// Small content is copied behind its head, one send and no reference; other content is sent from where it is.
void SendContent(Connection& connection, Exchange* exchange, Answer answer, const cache::EntryRef& entry,
                 std::string_view content) {
  answer.bytes = content;
  answer.length = content.size();
  if (content.size() <= net::BlockPool::kBlockBytes) {
    answer.body = Answer::Body::kCopied;
  } else {
    entry->Retain();
    answer.body = Answer::Body::kBorrowed;
    answer.release = {&ReleaseEntry, const_cast<cache::Entry*>(entry.get())};
  }
  connection.Send(exchange, answer);
}

}  // namespace

void SendStored(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                const cache::EntryRef& entry, std::string_view status_line, int64_t now_ms, std::string* scratch) {
  exchange->answered_by = AnsweredBy::kCache;
  Answer answer;
  answer.status = entry->status;
  std::string_view content = *entry->content;
  scratch->clear();
  if (entry->status == 200) {
    const http::Validators validators{.etag = entry->etag, .last_modified = entry->last_modified};
    switch (http::EvaluatePreconditions(request.head, request.bytes, validators)) {
      case http::Precondition::kProceed: break;
      case http::Precondition::kFailed: return connection.SendStatus(exchange, 412);
      case http::Precondition::kNotModified:
        scratch->assign(entry->not_modified_fields).append(status_line);
        AppendAge(entry->AgeAt(now_ms), scratch);
        answer.status = 304;
        answer.fields = *scratch;
        return connection.Send(exchange, answer);
    }
    const http::RangeResult set = http::EvaluateRange(request.head, request.bytes, validators, content.size());
    if (set.status == http::RangeStatus::kUnsatisfiable) {
      http::AppendUnsatisfiedRange(content.size(), scratch);
      return connection.SendStatus(exchange, 416, *scratch);
    }
    // Several ranges are answered with everything, which a server may always do (RFC 9110 14.2).
    if (set.status == http::RangeStatus::kPartial && set.count == 1) {
      answer.status = 206;
      http::AppendContentRange(set.ranges[0], content.size(), scratch);
      content = content.substr(set.ranges[0].first, set.ranges[0].length);
    }
  }
  scratch->append(entry->fields).append(status_line);
  AppendAge(entry->AgeAt(now_ms), scratch);
  answer.fields = *scratch;
  SendContent(connection, exchange, answer, entry, content);
}

}  // namespace fastserve::server
