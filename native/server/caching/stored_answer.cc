#include "native/server/caching/stored_answer.h"

#include <algorithm>
#include <charconv>

#include "native/http/conditional/conditional.h"
#include "native/http/conditional/multipart_ranges.h"
#include "native/http/fields/field_lines.h"
#include "native/server/caching/cache_request.h"
#include "native/server/connection/dynamic_coder.h"
#include "native/server/io_thread.h"

namespace fastserve::server {
namespace {

void ReleaseEntry(void* context) { static_cast<const cache::Entry*>(context)->Release(); }

void AppendAge(int64_t age_s, std::string* fields) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::max<int64_t>(age_s, 0)).ptr;
  fields->append("Age: ").append(digits, end).append("\r\n");
}

// A whole answer may have come with a Content-Range, which says nothing there (RFC 9110 14.4); a range that is cut from it has its own.
void AppendFieldsOfRange(const cache::Entry& entry, std::string* fields) {
  std::string lines;
  AppendRepresentationFields(entry, http::Coding::kIdentity, &lines);
  std::string_view rest = lines;
  for (http::FieldLine line; http::TakeFieldLine(&rest, &line);) {
    if (!line.Is("content-range")) fields->append(line.whole);
  }
}

// Forms of one content share its date, which does not tell them apart (RFC 9110 8.8.2.2).
http::Validators ValidatorsOf(const cache::Entry& entry) {
  return {.etag = entry.etag, .last_modified = entry.last_modified, .date_is_shared = entry.coding.may_code};
}

}  // namespace

void StoredAnswers::Send(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                         const cache::EntryRef& entry, std::string_view report, cache::SentLines* lines) {
  exchange->answered_by = AnsweredBy::kCache;
  exchange->has_date = true;
  fields_.clear();
  const Reply reply{connection, exchange, request, entry, report, lines};
  if (entry->status == 200 && MayAskForLess(request.head) && (SendCondition(reply) || SendRange(reply))) return;
  SendForm(reply);
}

// True: the request's conditions are the answer.
bool StoredAnswers::SendCondition(const Reply& reply) {
  const cache::RequestView& request = reply.request;
  // RFC 9111 4.3.2: without Last-Modified, If-Modified-Since is about the Date; If-Unmodified-Since is then ignored (9110 13.1.4).
  http::Validators validators = ValidatorsOf(*reply.entry);
  const bool uses_date = validators.last_modified < 0 && request.head.Find(http::FieldId::kIfUnmodifiedSince) == nullptr;
  if (uses_date) validators.last_modified = reply.entry->date;
  switch (http::EvaluatePreconditions(request.head, request.bytes, validators)) {
    case http::Precondition::kProceed: return false;
    case http::Precondition::kFailed:
      reply.exchange->has_date = false;
      reply.connection.SendStatus(reply.exchange, 412);
      return true;
    case http::Precondition::kNotModified: SendNotModified(reply); return true;
  }
  return false;
}

void StoredAnswers::SendNotModified(const Reply& reply) {
  const cache::Entry& entry = *reply.entry;
  AppendNotModifiedFields(entry.coding, entry.not_modified_fields, NamesWeakly(reply.request, entry.etag), &fields_);
  FinishFields(reply);
  Answer answer;
  answer.status = 304;
  answer.fields = fields_;
  reply.connection.Send(reply.exchange, answer);
}

// True: a range is the answer. It is cut from the content as it came, under the strong tag of that: coded forms only have a weak
// one, by which nobody may put parts together (RFC 9110 13.1.5, 15.3.7.3). Several ranges are answered with everything, which a
// server may always do (14.2).
bool StoredAnswers::SendRange(const Reply& reply) {
  const cache::Content& content = reply.entry->content->whole();
  const http::RangeResult set =
      http::EvaluateRange(reply.request.head, reply.request.bytes, ValidatorsOf(*reply.entry), content.size());
  if (set.status == http::RangeStatus::kUnsatisfiable) {
    http::AppendUnsatisfiedRange(content.size(), &fields_);
    reply.exchange->has_date = false;
    reply.connection.SendStatus(reply.exchange, 416, fields_);
    return true;
  }
  if (set.status != http::RangeStatus::kPartial || set.count != 1) return false;
  http::AppendContentRange(set.ranges[0], content.size(), &fields_);
  AppendFieldsOfRange(*reply.entry, &fields_);
  FinishFields(reply);
  SendContent(reply, 206, fields_, content, set.ranges[0].first, set.ranges[0].length);
  return true;
}

bool StoredAnswers::SendPart(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                             const cache::EntryRef& entry, std::string_view report) {
  const cache::Content& content = entry->content->whole();
  const cache::Part& part = entry->part;
  const http::RangeResult set = http::EvaluateRange(request.head, request.bytes, ValidatorsOf(*entry), part.total);
  if (set.status != http::RangeStatus::kPartial || set.count != 1) return false;
  const http::ByteRange& range = set.ranges[0];
  if (!part.Has(content.size(), range.first, range.length)) return false;
  exchange->answered_by = AnsweredBy::kCache;
  exchange->has_date = true;
  fields_.clear();
  const Reply reply{connection, exchange, request, entry, report, nullptr};
  http::AppendContentRange(range, part.total, &fields_);
  AppendFieldsOfRange(*entry, &fields_);
  FinishFields(reply);
  SendContent(reply, 206, fields_, content, range.first - part.first, range.length);
  return true;
}

void StoredAnswers::SendForm(const Reply& reply) {
  const StoredForms::Form form = forms_.Choose(reply.request, reply.entry);
  if (reply.lines != nullptr && form.coding == http::Coding::kIdentity && !form.codes_now) {
    return SendContent(reply, reply.entry->status, LinesAsTheyCame(reply), *form.content, 0, form.content->size());
  }
  if (form.coding != http::Coding::kIdentity) io_.counters().cache_coded.Add();
  if (form.codes_now) {
    fields_.append(reply.entry->fields);
    AddDynamicCoder(io_.options().dynamic, reply.request.head, reply.request.bytes, reply.exchange);
  } else {
    AppendRepresentationFields(*reply.entry, form.coding, &fields_);
  }
  FinishFields(reply);
  SendContent(reply, reply.entry->status, fields_, *form.content, 0, form.content->size());
}

// Those that were sent before, while the answer's age is the same.
std::string_view StoredAnswers::LinesAsTheyCame(const Reply& reply) {
  cache::SentLines& lines = *reply.lines;
  const int64_t age_s = std::max<int64_t>(reply.entry->AgeAt(io_.now_ms()), 0);
  if (lines.age_s != age_s) {
    lines.text.clear();
    AppendRepresentationFields(*reply.entry, http::Coding::kIdentity, &lines.text);
    AppendAge(age_s, &lines.text);
    lines.age_s = age_s;
  }
  return lines.text;
}

void StoredAnswers::FinishFields(const Reply& reply) {
  fields_.append(reply.report);
  AppendAge(reply.entry->AgeAt(io_.now_ms()), &fields_);
}

// Small content is copied behind its head, one send and no reference; other content is sent from where it is.
void StoredAnswers::SendContent(const Reply& reply, uint16_t status, std::string_view fields, const cache::Content& content,
                                size_t offset, size_t length) {
  Answer answer;
  answer.status = status;
  answer.fields = fields;
  answer.length = length;
  if (content.is_in_file()) {
    answer.body = Answer::Body::kFile;
    answer.fd = content.fd();
    answer.offset = content.offset() + offset;
  } else {
    answer.bytes = content.memory().substr(offset, length);
    answer.body = length <= net::BlockPool::kBlockBytes ? Answer::Body::kCopied : Answer::Body::kBorrowed;
  }
  if (answer.body != Answer::Body::kCopied) {
    reply.entry->Retain();
    answer.release = {&ReleaseEntry, const_cast<cache::Entry*>(reply.entry.get())};
  }
  reply.connection.Send(reply.exchange, answer);
}

}  // namespace fastserve::server
