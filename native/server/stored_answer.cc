#include "native/server/stored_answer.h"

#include <algorithm>
#include <charconv>

#include "native/http/conditional.h"
#include "native/http/field_lines.h"
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

// What a 304 says of a stored response.
void SendNotModified(Connection& connection, Exchange* exchange, const cache::Entry& entry, std::string_view report,
                     int64_t now_ms, std::string* scratch) {
  scratch->assign(entry.not_modified_fields).append(report);
  AppendAge(entry.AgeAt(now_ms), scratch);
  Answer answer;
  answer.status = 304;
  answer.fields = *scratch;
  connection.Send(exchange, answer);
}

// A whole answer may have come with a Content-Range, which says nothing there (RFC 9110 14.4); a range that is cut from it has its own.
void AppendFieldsOfRange(std::string_view stored, std::string* fields) {
  for (http::FieldLine line; http::TakeFieldLine(&stored, &line);) {
    if (!line.Is("content-range")) fields->append(line.whole);
  }
}

// True: the request's conditions are the answer.
bool AnswerConditions(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                      const cache::Entry& entry, std::string_view report, int64_t now_ms, std::string* scratch) {
  // RFC 9111 4.3.2: without Last-Modified, If-Modified-Since is about the Date; If-Unmodified-Since is then ignored (9110 13.1.4).
  const bool uses_date = entry.last_modified < 0 && request.head.Find(http::FieldId::kIfUnmodifiedSince) == nullptr;
  const http::Validators validators{.etag = entry.etag, .last_modified = uses_date ? entry.date : entry.last_modified};
  switch (http::EvaluatePreconditions(request.head, request.bytes, validators)) {
    case http::Precondition::kProceed: return false;
    case http::Precondition::kFailed:
      exchange->has_date = false;
      connection.SendStatus(exchange, 412);
      return true;
    case http::Precondition::kNotModified:
      SendNotModified(connection, exchange, entry, report, now_ms, scratch);
      return true;
  }
  return false;
}

}  // namespace

void SendStored(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                const cache::EntryRef& entry, std::string_view report, int64_t now_ms, std::string* scratch) {
  exchange->answered_by = AnsweredBy::kCache;
  exchange->has_date = true;
  Answer answer;
  answer.status = entry->status;
  std::string_view content = *entry->content;
  scratch->clear();
  if (entry->status == 200) {
    if (AnswerConditions(connection, exchange, request, *entry, report, now_ms, scratch)) return;
    const http::Validators validators{.etag = entry->etag, .last_modified = entry->last_modified};
    const http::RangeResult set = http::EvaluateRange(request.head, request.bytes, validators, content.size());
    if (set.status == http::RangeStatus::kUnsatisfiable) {
      http::AppendUnsatisfiedRange(content.size(), scratch);
      exchange->has_date = false;
      return connection.SendStatus(exchange, 416, *scratch);
    }
    // Several ranges are answered with everything, which a server may always do (RFC 9110 14.2).
    if (set.status == http::RangeStatus::kPartial && set.count == 1) {
      answer.status = 206;
      http::AppendContentRange(set.ranges[0], content.size(), scratch);
      content = content.substr(set.ranges[0].first, set.ranges[0].length);
    }
  }
  if (answer.status == 206) {
    AppendFieldsOfRange(entry->fields, scratch);
  } else {
    scratch->append(entry->fields);
  }
  scratch->append(report);
  AppendAge(entry->AgeAt(now_ms), scratch);
  answer.fields = *scratch;
  SendContent(connection, exchange, answer, entry, content);
}

}  // namespace fastserve::server
