#include "native/server/cached_answers.h"

#include <algorithm>
#include <utility>

#include "native/base/bytes.h"
#include "native/server/io_thread.h"
#include "native/server/stored_answer.h"

namespace fastserve::server {
namespace {

using http::FieldId;

bool IsRead(http::Method method) { return method == http::Method::kGet || method == http::Method::kHead; }

bool IsUnsafe(http::Method method) {
  return !IsRead(method) && method != http::Method::kOptions && method != http::Method::kTrace;
}

// What the request says to caches. Pragma counts where Cache-Control is absent (RFC 9111 5.4).
cache::RequestFacts FactsOf(const http::RequestHead& head, std::string_view bytes) {
  cache::RequestFacts facts;
  bool has_cache_control = false;
  bool pragma_no_cache = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    const std::string_view value = bytes.substr(field.value_offset, field.value_length);
    switch (static_cast<FieldId>(field.name_id)) {
      case FieldId::kCacheControl:
        has_cache_control = true;
        cache::ReadDirectives(value, &facts.directives);
        break;
      case FieldId::kPragma: pragma_no_cache |= base::EqualsIgnoreCase(value, "no-cache"); break;
      case FieldId::kAuthorization: facts.has_authorization = true; break;
      default: break;
    }
  }
  if (!has_cache_control) facts.directives.no_cache = pragma_no_cache;
  return facts;
}

// An answer to these is not the whole representation whatever we keep from the application.
bool AsksForMoreThanWhole(const http::RequestHead& head) {
  return head.Find(FieldId::kRange) != nullptr || head.Find(FieldId::kIfMatch) != nullptr ||
         head.Find(FieldId::kIfUnmodifiedSince) != nullptr;
}

// So that the answer is a whole representation. The conditions are judged by us (CacheFill::ClientHasIt).
void TakeConditions(http::RequestHead* head) {
  const auto is_condition = [](const http::Field& field) {
    const auto id = static_cast<FieldId>(field.name_id);
    return id == FieldId::kIfNoneMatch || id == FieldId::kIfModifiedSince || id == FieldId::kIfRange ||
           id == FieldId::kRange || id == FieldId::kIfMatch || id == FieldId::kIfUnmodifiedSince;
  };
  const auto end = std::remove_if(head->fields, head->fields + head->field_count, is_condition);
  head->field_count = static_cast<uint16_t>(end - head->fields);
}

AnswerStages& StagesOf(Exchange* exchange) {
  if (exchange->stages == nullptr) exchange->stages = std::make_unique<AnswerStages>();
  return *exchange->stages;
}

}  // namespace

CachedAnswers::CachedAnswers(IoThread& io, cache::Store* store, queue::IoDoor& door)
    : io_(io), store_(store), door_(door) {}

bool CachedAnswers::Consider(Connection& connection, Exchange* exchange, http::RequestHead* head,
                             std::string_view head_bytes, const CacheTarget& target) {
  const cache::Rule& rule = *target.rule;
  if (renewed_ != nullptr) {
    Begin(exchange, head, std::move(*std::exchange(renewed_, nullptr)));
    return false;
  }
  MakeCacheKey(*head, head_bytes, target.path, target.tls, &key_);
  if (store_ == nullptr || !IsRead(head->method) || head->framing != http::BodyFraming::kNone) {
    LetPass(exchange, IsUnsafe(head->method) ? store_ : nullptr, key_.text);
    return false;
  }
  const cache::RequestView request{*head, head_bytes};
  const uint64_t hash = store_->HashOf(key_.text);
  const cache::RequestFacts facts = FactsOf(*head, head_bytes);
  const cache::EntryRef entry = store_->Look(key_.text, hash, request);
  const cache::Use use = entry ? cache::UseOf(*entry, facts, rule, io_.now_ms()) : cache::Use::kRevalidate;
  if (use == cache::Use::kFresh) {
    AnswerFrom(connection, exchange, request, entry, rule, false);
    return true;
  }
  FillRequest fill{key_, hash, {}, facts, target.rule, target.rules, std::string(head_bytes), entry};
  const bool pressed = entry && target.asks_worker && io_.dispatcher().IsPressed(target.pool) &&
                       cache::MayAnswerAfterError(*entry, io_.now_ms());
  if (use == cache::Use::kStale || pressed) {
    AnswerFrom(connection, exchange, request, entry, rule, true);
    if (!pressed) Renew(connection, std::move(fill));
    return true;
  }
  if (rule.obeys_requests && facts.directives.only_if_cached) {
    connection.SendStatus(exchange, 504);
    return true;
  }
  const bool unstorable = rule.obeys_requests && facts.directives.no_store;
  if (head->method == http::Method::kHead || unstorable || AsksForMoreThanWhole(*head)) {
    LetPass(exchange, nullptr, {});
    return false;
  }
  return Ask(exchange, head, std::move(fill));
}

void CachedAnswers::AnswerFrom(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                               const cache::EntryRef& entry, const cache::Rule& rule, bool stale) {
  (stale ? io_.counters().cache_stale : io_.counters().cache_hits).Add();
  std::string report;
  if (rule.reports) {
    const int64_t ttl_s = entry->FreshFor(io_.now_ms());
    report.append("Cache-Status: fastserve; hit; ttl=").append(std::to_string(ttl_s)).append("\r\n");
  }
  SendStored(connection, exchange, request, entry, report, io_.now_ms(), &scratch_);
}

// True: it waits for the one that asks already.
bool CachedAnswers::Ask(Exchange* exchange, http::RequestHead* head, FillRequest request) {
  const cache::Rule& rule = *request.rule;
  const bool may_wait = rule.lock_ms > 0 && exchange->cache_turn != CacheTurn::kAlone;
  const cache::Waiter waiter{this, exchange->token()};
  switch (store_->Join(request.key.text, request.hash, rule.min_uses, io_.now_ms(), waiter, may_wait, &request.fill)) {
    case cache::Store::Turn::kWait:
      io_.counters().cache_waits.Add();
      parked_[exchange->token()] = {std::move(request.head), io_.now_ms() + rule.lock_ms};
      earliest_ms_ = std::min(earliest_ms_, io_.now_ms() + rule.lock_ms);
      return true;
    case cache::Store::Turn::kPass:
      io_.counters().cache_misses.Add();
      LetPass(exchange, nullptr, {});
      return false;
    case cache::Store::Turn::kFill:
      io_.counters().cache_misses.Add();
      Begin(exchange, head, std::move(request));
      return false;
  }
  return false;
}

void CachedAnswers::Begin(Exchange* exchange, http::RequestHead* head, FillRequest request) {
  TakeConditions(head);
  StagesOf(exchange).tap = std::make_unique<CacheFill>(io_, *store_, std::move(request));
}

void CachedAnswers::LetPass(Exchange* exchange, cache::Store* store, std::string_view key) {
  StagesOf(exchange).tap = std::make_unique<CachePassage>(store, key);
}

// Behind the client's back, and behind that of whoever routes the client's request now: at the end of the turn.
void CachedAnswers::Renew(Connection& connection, FillRequest request) {
  if (!store_->TryFill(request.key.text, request.hash, &request.fill)) return;
  renewals_.push_back({std::move(request), connection.peer(), connection.is_encrypted()});
}

// ---- waiting --------------------------------------------------------------------------------------------------------

void CachedAnswers::Call(uint64_t ticket) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(ticket);
  }
  // seq_cst: with Park and HasWork the Dekker pair of native/queue/parking.h.
  called_.store(true, std::memory_order_seq_cst);
  if (door_.parking.ShouldRing()) door_.wakeup.Ring();
}

void CachedAnswers::Collect(int64_t now_ms) {
  if (called_.load(std::memory_order_relaxed)) {
    std::vector<uint64_t> calls;
    called_.store(false, std::memory_order_seq_cst);
    {
      const std::lock_guard lock(mutex_);
      calls.swap(calls_);
    }
    for (const uint64_t ticket : calls) RouteAgain(static_cast<uint32_t>(ticket), CacheTurn::kAgain);
  }
  if (earliest_ms_ <= now_ms) RouteLate(now_ms);
  SendRenewals();
}

void CachedAnswers::RouteLate(int64_t now_ms) {
  std::vector<uint32_t> late;
  earliest_ms_ = kNever;
  for (const auto& [token, parked] : parked_) {
    if (parked.deadline_ms <= now_ms) late.push_back(token);
    else earliest_ms_ = std::min(earliest_ms_, parked.deadline_ms);
  }
  for (const uint32_t token : late) RouteAgain(token, CacheTurn::kAlone);
}

// Where nothing took a renewal over (the route is another one now, or the system has no descriptor left), its fill ends here.
void CachedAnswers::SendRenewals() {
  while (!renewals_.empty()) {
    Renewal renewal = std::move(renewals_.back());
    renewals_.pop_back();
    const std::string head = renewal.request.head;
    renewed_ = &renewal.request;
    io_.RequestWithoutClient(renewal.peer, renewal.tls, head);
    if (std::exchange(renewed_, nullptr) == nullptr) continue;
    store_->Finish(renewal.request.key.text, renewal.request.hash, renewal.request.fill, nullptr, 0);
  }
}

int64_t CachedAnswers::NextDeadlineMs(int64_t now_ms) const {
  return earliest_ms_ == kNever ? -1 : std::max<int64_t>(0, earliest_ms_ - now_ms);
}

void CachedAnswers::RouteAgain(uint32_t token, CacheTurn turn) {
  const auto found = parked_.find(token);
  if (found == parked_.end()) return;
  const std::string head = std::move(found->second.head);
  parked_.erase(found);
  Exchange* exchange = io_.exchanges().Find(token);
  if (exchange == nullptr || exchange->connection == nullptr) return;  // its client has left
  exchange->cache_turn = turn;
  exchange->connection->RouteAgain(exchange, head);
}

}  // namespace fastserve::server
