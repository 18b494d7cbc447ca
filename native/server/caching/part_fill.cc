#include "native/server/caching/part_fill.h"

#include <utility>

#include "native/base/clock.h"
#include "native/cache/response_facts.h"
#include "native/http/fields/field_lines.h"
#include "native/server/caching/cache_entry.h"
#include "native/server/caching/cache_request.h"
#include "native/server/io_thread.h"

namespace fastserve::server {
namespace {

constexpr std::string_view kContentRange = "content-range";

// The value of the only Content-Range line; empty: there is none, or are several.
std::string_view ContentRangeIn(std::string_view lines) {
  std::string_view value;
  for (http::FieldLine line; http::TakeFieldLine(&lines, &line);) {
    if (!line.Is(kContentRange)) continue;
    if (!value.empty()) return {};
    value = line.value;
  }
  return value;
}

// What the part's answer says of the whole.
std::string WithoutContentRange(std::string_view lines) {
  std::string kept;
  for (http::FieldLine line; http::TakeFieldLine(&lines, &line);) {
    if (!line.Is(kContentRange)) kept.append(line.whole);
  }
  return kept;
}

}  // namespace

std::string PartKeyOf(std::string_view key) { return std::string("%").append(key); }

PartFill::PartFill(IoThread& io, cache::Store& store, FillRequest request, std::string report)
    : io_(io),
      store_(store),
      request_(std::move(request)),
      part_key_(PartKeyOf(request_.key.text())),
      passage_(request_.rules, *request_.rule, std::move(report), {}),
      asked_ms_(io.now_ms()),
      open_(request_.keeps && store.Join(part_key_, request_.hash, request_.rule->min_uses, io.now_ms(), {nullptr, 0}, false,
                                         &request_.fill) == cache::Store::Turn::kFill) {}

PartFill::~PartFill() {
  if (open_) store_.Finish(part_key_, request_.hash, request_.fill, nullptr, 0);
}

AnswerTap::Verdict PartFill::OnHead(AnswerHead* head) {
  entry_.reset();
  if (open_ && head->status == 206) Begin(*head);
  return passage_.OnHead(head);
}

// A part is judged as the whole would be: what it says of its lifetime holds for both.
void PartFill::Begin(const AnswerHead& head) {
  const std::string lines = WithoutContentRange(head.fields);
  const cache::ResponseFacts facts = cache::ReadResponse(200, lines);
  const std::optional<cache::Part> part = cache::ReadContentRange(ContentRangeIn(head.fields), &expected_);
  if (!part || !facts.etag.starts_with('"') || expected_ > store_.options().max_entry_bytes) return;
  if (head.length >= 0 && static_cast<uint64_t>(head.length) != expected_) return;
  const int64_t delay_s = (io_.now_ms() - asked_ms_) / 1000;
  const cache::Verdict verdict = cache::Judge(request_.facts, facts, *request_.rule, base::WallSeconds(), delay_s);
  if (!verdict.storable) return;
  content_ = {*part, {}};
  entry_ = MakeEntry(request_, facts, verdict, lines, io_.now_ms());
}

void PartFill::OnContent(std::string_view bytes) {
  if (entry_ == nullptr) return;
  if (content_.bytes.size() + bytes.size() > expected_) entry_.reset();
  else content_.bytes.append(bytes);
}

void PartFill::OnEnd(bool complete) {
  if (complete && entry_ != nullptr && content_.bytes.size() == expected_) Keep();
}

void PartFill::Keep() {
  CombineWithStored();
  open_ = false;
  const bool is_whole = content_.bytes.size() == content_.part.total;
  entry_->content = store_.MakeContent(std::move(content_.bytes));
  if (is_whole) {
    store_.Finish(part_key_, request_.hash, request_.fill, nullptr, 0);
    return StoreWhole(std::move(entry_));
  }
  entry_->part = content_.part;
  entry_->key = part_key_;
  store_.Finish(part_key_, request_.hash, request_.fill, std::move(entry_), 0);
}

void PartFill::CombineWithStored() {
  const http::RequestHead head = ParseAgain(request_.head);
  const cache::EntryRef older = store_.Look(part_key_, request_.hash, {head, request_.head});
  if (!older || older->etag != entry_->etag) return;
  const cache::Content& content = older->content->whole();
  std::string bytes;
  if (content.Read(0, content.size(), &bytes)) {
    cache::Combine(older->part, bytes, store_.options().max_entry_bytes, &content_);
  }
}

// Under the key of the whole. It was asked for when the part was: an invalidation or a purge since then holds for it, too.
void PartFill::StoreWhole(std::unique_ptr<cache::Entry> entry) {
  const std::string& key = request_.key.text();
  cache::Fill fill = request_.fill;
  fill.number = 0;
  store_.Invalidate(part_key_, request_.hash);
  store_.Finish(key, store_.HashOf(key), fill, std::move(entry), 0);
}

}  // namespace fastserve::server
