#include "native/server/cache_fill.h"

#include "native/base/clock.h"
#include "native/http/conditional.h"
#include "native/http/request_parser.h"
#include "native/server/io_thread.h"
#include "native/server/stored_answer.h"

namespace fastserve::server {
namespace {

// How long requests of a key do not wait for each other after an answer that was not storable, and after an error.
constexpr int64_t kPassMs = 10000;
constexpr int64_t kPassAfterErrorMs = 1000;

// The head that was parsed before, parsed again.
http::RequestHead Parse(std::string_view bytes) {
  http::RequestHead head;
  const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
  http::ParseRequestHead(bytes, 0, limits, &head);
  return head;
}

}  // namespace

CacheFill::CacheFill(IoThread& io, cache::Store& store, FillRequest request)
    : io_(io), store_(store), request_(std::move(request)), asked_ms_(io.now_ms()) {}

CacheFill::~CacheFill() {
  if (open_) EndWithout(0);
}

void CacheFill::EndWithout(int64_t pass_ms) {
  open_ = false;
  entry_.reset();
  std::string().swap(content_);
  const int64_t until_ms = pass_ms == 0 ? 0 : io_.now_ms() + pass_ms;
  store_.Finish(request_.key.text, request_.hash, request_.fill, nullptr, until_ms);
}

AnswerTap::Verdict CacheFill::OnHead(AnswerHead* head) {
  const std::string_view given = head->fields;
  instead_ = Instead::kNothing;
  const cache::ResponseFacts facts = cache::ReadResponse(head->status, given);
  if (cache::StripForClients(given, &client_fields_)) head->fields = client_fields_;
  if (head->status >= 500 && request_.stale && cache::MayAnswerAfterError(*request_.stale, io_.now_ms())) {
    EndWithout(kPassAfterErrorMs);
    instead_ = Instead::kStale;
    return Verdict::kReplace;
  }
  const int64_t delay_s = (io_.now_ms() - asked_ms_) / 1000;
  const cache::Verdict verdict =
      cache::Judge(request_.facts, facts, *request_.rule, base::WallSeconds(), delay_s);
  const auto too_large = static_cast<int64_t>(store_.options().max_entry_bytes);
  if (!open_) return Verdict::kPass;
  if (!verdict.storable || head->length > too_large) {
    EndWithout(head->status >= 500 ? kPassAfterErrorMs : kPassMs);
    return Verdict::kPass;
  }
  MakeEntry(facts, verdict, given);
  if (!ClientHasIt(facts)) return Verdict::kPass;
  instead_ = Instead::kNotModified;
  client_fields_ = entry_->not_modified_fields;
  return Verdict::kReplace;
}

void CacheFill::MakeEntry(const cache::ResponseFacts& facts, const cache::Verdict& verdict, std::string_view fields) {
  const http::RequestHead head = Parse(request_.head);
  content_.clear();
  entry_ = std::make_unique<cache::Entry>();
  entry_->key = request_.key.text;
  entry_->host = request_.key.host();
  entry_->target = request_.key.target();
  entry_->status = facts.status;
  entry_->fields = cache::StoredFields(facts, fields);
  entry_->not_modified_fields = cache::NotModifiedFields(entry_->fields);
  entry_->etag = facts.etag;
  entry_->last_modified_text = facts.last_modified_text;
  entry_->last_modified = facts.last_modified;
  entry_->born_ms = io_.now_ms();
  entry_->initial_age_s = verdict.initial_age_s;
  entry_->lifetime_s = verdict.lifetime_s;
  entry_->stale_while_revalidate_s = verdict.stale_while_revalidate_s;
  entry_->stale_if_error_s = verdict.stale_if_error_s;
  entry_->must_revalidate = verdict.must_revalidate;
  entry_->no_cache = verdict.no_cache;
  entry_->vary = cache::SelectionOf({head, request_.head}, facts.vary);
  entry_->tags = facts.tags;
}

// The request's conditions were kept from the application, so that its answer would be whole: they are judged here.
bool CacheFill::ClientHasIt(const cache::ResponseFacts& facts) const {
  if (facts.status != 200) return false;
  const http::RequestHead head = Parse(request_.head);
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
  content_.shrink_to_fit();
  entry_->content = std::make_shared<const std::string>(std::move(content_));
  store_.Finish(request_.key.text, request_.hash, request_.fill, std::move(entry_), 0);
}

void CacheFill::Replace(Connection& connection, Exchange* exchange) {
  if (instead_ == Instead::kStale) {
    const http::RequestHead head = Parse(request_.head);
    std::string scratch;
    const std::string_view report = request_.rule->reports ? "Cache-Status: fastserve; hit; detail=stale-if-error\r\n" : "";
    io_.counters().cache_stale.Add();
    return SendStored(connection, exchange, {head, request_.head}, request_.stale, report, io_.now_ms(), &scratch);
  }
  Answer answer;
  answer.status = 304;
  answer.fields = client_fields_;
  connection.Send(exchange, answer);
}

AnswerTap::Verdict CachePassage::OnHead(AnswerHead* head) {
  if (store_ != nullptr && head->status >= 200 && head->status < 400) store_->Invalidate(key_, store_->HashOf(key_));
  if (cache::StripForClients(head->fields, &client_fields_)) head->fields = client_fields_;
  return Verdict::kPass;
}

}  // namespace fastserve::server
