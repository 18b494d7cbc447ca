#include "native/server/caching/cache_fill.h"

#include <utility>

#include "native/base/clock.h"
#include "native/http/conditional/conditional.h"
#include "native/server/caching/cache_entry.h"
#include "native/server/caching/cache_request.h"
#include "native/server/caching/stored_answer.h"
#include "native/server/io_thread.h"

namespace fastserve::server {
namespace {

// How long requests of a key do not wait for each other after an answer that was not storable, and after an error.
constexpr int64_t kPassMs = 10000;
constexpr int64_t kPassAfterErrorMs = 1000;

}  // namespace

CacheFill::CacheFill(IoThread& io, cache::Store& store, FillRequest request)
    : io_(io), store_(store), request_(std::move(request)), asked_ms_(io.now_ms()), open_(request_.keeps) {
  report_.reason = request_.reason;
}

CacheFill::~CacheFill() {
  if (open_) EndWithout(0);
}

void CacheFill::EndWithout(int64_t pass_ms) {
  if (!open_) return;
  open_ = false;
  entry_.reset();
  std::string().swap(content_);
  const int64_t until_ms = pass_ms == 0 ? 0 : io_.now_ms() + pass_ms;
  store_.Finish(request_.key.text(), request_.hash, request_.fill, nullptr, until_ms);
}

cache::Verdict CacheFill::Judge(const cache::ResponseFacts& facts) const {
  const int64_t delay_s = (io_.now_ms() - asked_ms_) / 1000;
  return cache::Judge(request_.facts, facts, *request_.rule, base::WallSeconds(), delay_s);
}

AnswerTap::Verdict CacheFill::OnHead(AnswerHead* head) {
  const std::string_view given = head->fields;
  instead_ = Instead::kNothing;
  const cache::ResponseFacts facts = cache::ReadResponse(head->status, given);
  if (head->status == 304 && request_.validates) return Freshen(facts, given);
  if (head->status >= 500 && request_.stale && cache::MayAnswerAfterError(*request_.stale, io_.now_ms())) {
    EndWithout(kPassAfterErrorMs);
    instead_ = Instead::kStale;
    return Verdict::kReplace;
  }
  const Verdict verdict = Store(facts, given, head->length);
  if (verdict == Verdict::kReplace) return verdict;
  const bool stripped = cache::StripForClients(given, *request_.rule, &client_fields_);
  if (!stripped && !request_.rule->reports) return verdict;
  if (!stripped) client_fields_.assign(given);
  report_.stored = entry_ != nullptr;
  if (request_.rule->reports) AppendForwardReport(report_, &client_fields_);
  head->fields = client_fields_;
  return verdict;
}

// Begins to store the answer where it may be. kReplace: the client has it already.
AnswerTap::Verdict CacheFill::Store(const cache::ResponseFacts& facts, std::string_view lines, int64_t length) {
  const cache::Verdict verdict = Judge(facts);
  if (open_ && (!verdict.storable || length > static_cast<int64_t>(store_.options().max_entry_bytes))) {
    EndWithout(facts.status >= 500 ? kPassAfterErrorMs : kPassMs);
  }
  content_.clear();
  entry_ = open_ ? MakeEntry(request_, facts, verdict, lines, io_.now_ms()) : nullptr;
  if (!ClientHasIt(facts)) return Verdict::kPass;
  instead_ = Instead::kNotModified;
  SetNotModifiedFields(facts, cache::StoredFields(facts, *request_.rule, lines), length);
  return Verdict::kReplace;
}

// Into client_fields_, those of a 304 in the place of an answer with `fields`.
void CacheFill::SetNotModifiedFields(const cache::ResponseFacts& facts, std::string_view fields, int64_t length) {
  const std::string kept = cache::NotModifiedFields(fields);
  const cache::CodingFacts coding = CodingFactsOf(io_.options().dynamic.get(), facts.status, fields, kept, length);
  const http::RequestHead head = ParseAgain(request_.head);
  client_fields_.clear();
  AppendNotModifiedFields(coding, kept, NamesWeakly({head, request_.head}, facts.etag), &client_fields_);
}

// RFC 9111 4.3.4: the stored response is fresh again, with the fields of the 304.
AnswerTap::Verdict CacheFill::Freshen(const cache::ResponseFacts& facts, std::string_view lines) {
  const cache::Entry& stale = *request_.stale;
  const std::string updated = cache::UpdatedFields(stale.fields + stale.own_fields, lines);
  cache::ResponseFacts merged = cache::ReadResponse(stale.status, updated);
  merged.age_s = facts.age_s;
  const cache::Verdict verdict = Judge(merged);
  std::unique_ptr<cache::Entry> entry = MakeEntry(request_, merged, verdict, updated, io_.now_ms());
  SetContent(entry.get(), stale.content);
  freshened_ = cache::EntryRef(entry.get());
  report_.status = facts.status;
  report_.stored = open_ && verdict.storable;
  if (report_.stored) {
    open_ = false;
    store_.Finish(request_.key.text(), request_.hash, request_.fill, std::move(entry), 0);
  } else {
    entry.release();  // freshened_ has it
    if (!verdict.storable) store_.Invalidate(request_.key.text(), request_.hash);
    EndWithout(kPassMs);
  }
  instead_ = Instead::kFreshened;
  return Verdict::kReplace;
}

void CacheFill::SetContent(cache::Entry* entry, std::shared_ptr<cache::StoredContent> content) const {
  entry->coding = CodingFactsOf(io_.options().dynamic.get(), entry->status, entry->fields, entry->not_modified_fields,
                                static_cast<int64_t>(content->whole().size()));
  entry->content = std::move(content);
}

// The request's conditions were kept from whoever answers, so that the answer would be whole: they are judged here.
bool CacheFill::ClientHasIt(const cache::ResponseFacts& facts) const {
  if (facts.status != 200) return false;
  const http::RequestHead head = ParseAgain(request_.head);
  const http::Validators validators{.etag = facts.etag, .last_modified = facts.last_modified};
  return http::EvaluatePreconditions(head, request_.head, validators) == http::Precondition::kNotModified;
}

void CacheFill::OnContent(std::string_view bytes) {
  if (entry_ == nullptr) return;
  if (content_.size() + bytes.size() > store_.options().max_entry_bytes) return EndWithout(kPassMs);
  content_.append(bytes);
}

void CacheFill::OnEnd(bool complete) {
  if (!open_) return;
  if (!complete || entry_ == nullptr) return EndWithout(0);
  open_ = false;
  SetContent(entry_.get(), store_.MakeContent(std::move(content_)));
  store_.Finish(request_.key.text(), request_.hash, request_.fill, std::move(entry_), 0);
}

void CacheFill::Replace(Connection& connection, Exchange* exchange) {
  if (instead_ == Instead::kNotModified) {
    exchange->has_date = cache::ReadResponse(304, client_fields_).has_date;
    Answer answer;
    answer.status = 304;
    answer.fields = client_fields_;
    return connection.Send(exchange, answer);
  }
  const bool is_stale = instead_ == Instead::kStale;
  io_.NoteCache(exchange, is_stale ? CacheVerdict::kStale : CacheVerdict::kRevalidated);
  const http::RequestHead head = ParseAgain(request_.head);
  const cache::EntryRef& entry = is_stale ? request_.stale : freshened_;
  std::string report;
  if (request_.rule->reports && is_stale) AppendHitReport(entry->FreshFor(io_.now_ms()), "stale-if-error", &report);
  if (request_.rule->reports && !is_stale) AppendForwardReport(report_, &report);
  if (is_stale) io_.counters().cache_stale.Add();
  io_.cached_answers().answers().Send(connection, exchange, {head, request_.head}, entry, report);
}

}  // namespace fastserve::server
