#include "native/server/caching/cached_answers.h"

#include <algorithm>
#include <utility>

#include "native/server/caching/cache_passage.h"
#include "native/server/caching/cache_request.h"
#include "native/server/connection/request_facts.h"
#include "native/server/io_thread.h"

namespace fastserve::server {
namespace {

const cache::RequestFacts kNothingAsked;

// Tells an upstream that what it addresses to caches in front of it is heard (W3C Edge Architecture 1.0, 4).
void AppendCapability(std::string* lines) {
  lines->append("Surrogate-Capability: ").append(cache::kSurrogateName).append("=\"Surrogate/1.0\"\r\n");
}

// The scheme, the authority and the target lead to one key, where no template makes that (cache_key.h).
cache::Asked AskedBy(const cache::RequestView& request, bool tls) {
  const http::RequestHead& head = request.head;
  const size_t target_end = head.has_query ? head.query_offset + head.query_length : head.path_offset + head.path_length;
  return {tls ? cache::Asked::Kind::kHttps : cache::Asked::Kind::kHttp,
          request.bytes.substr(head.authority_offset, head.authority_length),
          request.bytes.substr(head.path_offset, target_end - head.path_offset)};
}

// Whether one of the templates gives a text other than "0".
bool AnyHolds(const std::vector<variables::Template>& templates, const variables::RequestFacts& facts) {
  return std::ranges::any_of(templates, [&](const variables::Template& each) {
    std::string text;
    each.Expand(facts, &text);
    return !text.empty() && text != "0";
  });
}

}  // namespace

CachedAnswers::CachedAnswers(IoThread& io, cache::Store* store, compress::VariantMaker& maker, queue::IoDoor& door)
    : io_(io), store_(store), door_(door), answers_(io, StoredForms(io.options().dynamic.get(), store, &maker)) {}

bool CachedAnswers::Consider(Connection& connection, Exchange* exchange, http::RequestHead* head,
                             std::string_view head_bytes, const CacheTarget& target) {
  if (renewed_ != nullptr) {
    Begin(exchange, head, std::move(*std::exchange(renewed_, nullptr)));
    return false;
  }
  const cache::RequestView request{*head, head_bytes};
  Wishes wishes;
  if (target.location() != nullptr) wishes = WishesOf(connection, request, target);
  if (wishes.passes || store_ == nullptr || !IsRead(head->method) || head->framing != http::BodyFraming::kNone) {
    SetKey(connection, request, target);
    LetPass(exchange, target, IsUnsafe(head->method) ? store_ : nullptr, ForwardReason::kMethod);
    return false;
  }
  Question question{connection, exchange, request, target, AskedBy(request, target.origin->tls), 0};
  if (!target.has_template() && !wishes.bypasses && AnswerHot(question)) return true;
  SetKey(connection, request, target);
  question.hash = store_->HashOf(key_.text());
  if (target.has_template()) {
    question.asked = {cache::Asked::Kind::kKey, key_.text(), {}};
    if (!wishes.bypasses && AnswerHot(question)) return true;
  }
  return AskUnlessAnswered(question, head, wishes);
}

// What this thread gives often; a request that says anything to caches is looked at by AnswerStored.
bool CachedAnswers::AnswerHot(const Question& question) {
  const cache::RequestView& request = question.request;
  if (SpeaksToCaches(request.head)) return false;
  cache::HotEntry* hot = hot_.Find(question.asked, *store_);
  if (hot == nullptr || !cache::Selects(request, *hot->entry)) return false;
  if (cache::UseOf(*hot->entry, kNothingAsked, *question.target.rule, io_.now_ms()) != cache::Use::kFresh) return false;
  AnswerFrom(question, hot->entry, false, &hot->lines);
  return true;
}

// As Consider, for what may be stored.
bool CachedAnswers::AskUnlessAnswered(const Question& question, http::RequestHead* head, const Wishes& wishes) {
  const CacheTarget& target = question.target;
  Exchange* exchange = question.exchange;
  FillRequest fill;
  fill.hash = question.hash;
  fill.facts = CacheFactsOf(*head, question.request.bytes);
  if (!wishes.bypasses && AnswerStored(question, &fill)) return true;
  const cache::Rule& rule = *target.rule;
  if (rule.obeys_requests && fill.facts.directives.only_if_cached) {
    question.connection.SendStatus(exchange, 504);
    return true;
  }
  const bool cuts = target.location() != nullptr && target.location()->fetches_whole && !wishes.bypasses &&
                    AsksForRangeOnly(*head);
  fill.keeps = !wishes.keeps_nothing && !(rule.obeys_requests && fill.facts.directives.no_store);
  if (target.location() != nullptr && target.location()->keeps_parts && head->method == http::Method::kGet && AsksForRangeAlone(*head)) {
    return AskForPart(question, std::move(fill), wishes);
  }
  if (head->method == http::Method::kHead || (AsksForMoreThanWhole(*head) && !cuts)) {
    LetPass(exchange, target, nullptr,
            head->method == http::Method::kHead ? ForwardReason::kMethod : ForwardReason::kPartial);
    return false;
  }
  fill.key = key_;
  fill.rule = target.rule;
  fill.rules = target.Keeper();
  fill.head = question.request.bytes;
  fill.validates = target.location() != nullptr && fill.stale;
  if (wishes.bypasses) fill.reason = ForwardReason::kBypass;
  return cuts ? AskForWhole(exchange, head, target, std::move(fill)) : Ask(exchange, head, std::move(fill), wishes.bypasses);
}

// Only where the location has something to expand are the facts for it gathered.
CachedAnswers::Wishes CachedAnswers::WishesOf(const Connection& connection, const cache::RequestView& request,
                                              const CacheTarget& target) {
  const ProxyCache& location = *target.location();
  Wishes wishes;
  wishes.passes = target.upgrades || (request.head.method == http::Method::kHead && !location.answers_head);
  if (location.bypass.empty() && location.no_store.empty()) return wishes;
  const variables::RequestFacts facts = FactsOf(connection, request.head, request.bytes, target.path, *target.origin);
  wishes.bypasses = AnyHolds(location.bypass, facts);
  wishes.keeps_nothing = AnyHolds(location.no_store, facts);
  return wishes;
}

void CachedAnswers::SetKey(const Connection& connection, const cache::RequestView& request, const CacheTarget& target) {
  MakeCacheKey(request.head, request.bytes, target.path, target.origin->tls, &key_);
  if (!target.has_template()) return;
  ApplyKeyTemplate(*target.location(), FactsOf(connection, request.head, request.bytes, target.path, *target.origin), &key_);
}

// True: the store has the answer. Else fill->stale is what can be validated, or serves when nobody answers.
bool CachedAnswers::AnswerStored(const Question& question, FillRequest* fill) {
  const CacheTarget& target = question.target;
  const cache::RequestView& request = question.request;
  cache::Lease lease;
  const cache::EntryRef entry = store_->Look(key_.text(), fill->hash, request, &lease);
  if (!entry) return false;
  const cache::Use use = cache::UseOf(*entry, fill->facts, *target.rule, io_.now_ms());
  if (use == cache::Use::kFresh) {
    hot_.Keep(question.asked, fill->hash, entry, lease);
    AnswerFrom(question, entry, false);
    return true;
  }
  fill->stale = entry;
  fill->reason = entry->FreshFor(io_.now_ms()) > 0 ? ForwardReason::kRequest : ForwardReason::kStale;
  const bool pressed = target.location() == nullptr && io_.dispatcher().IsPressed(target.pool) &&
                       cache::MayAnswerAfterError(*entry, io_.now_ms());
  if (use != cache::Use::kStale && !pressed) return false;
  AnswerFrom(question, entry, true);
  if (pressed) return true;
  FillRequest renewal = *fill;
  renewal.key = key_;
  renewal.rule = target.rule;
  renewal.rules = target.Keeper();
  renewal.head = request.head.method == http::Method::kHead ? AsGet(request.bytes) : std::string(request.bytes);
  renewal.validates = target.location() != nullptr;
  Renew(question.connection, std::move(renewal));
  return true;
}

// `lines`: of this entry as it is sent, or null.
void CachedAnswers::AnswerFrom(const Question& question, const cache::EntryRef& entry, bool stale, cache::SentLines* lines) {
  (stale ? io_.counters().cache_stale : io_.counters().cache_hits).Add();
  const bool waited = question.exchange->cache_turn == CacheTurn::kAgain;
  io_.NoteCache(question.exchange, stale ? CacheVerdict::kStale : waited ? CacheVerdict::kCollapsed : CacheVerdict::kHit);
  if (!question.target.rule->reports) {
    return answers_.Send(question.connection, question.exchange, question.request, entry, {}, lines);
  }
  report_.clear();
  if (waited) AppendForwardReport({.collapsed = true}, &report_);
  else AppendHitReport(entry->FreshFor(io_.now_ms()), {}, &report_);
  answers_.Send(question.connection, question.exchange, question.request, entry, report_);
}

// True: it waits for the one that asks already.
bool CachedAnswers::Ask(Exchange* exchange, http::RequestHead* head, FillRequest request, bool alone) {
  const cache::Rule& rule = *request.rule;
  // Who asks for something newer than what answers others waits for nobody: the next answer may be no better.
  const bool may_wait = rule.lock_ms > 0 && exchange->cache_turn != CacheTurn::kAlone && !alone &&
                        request.reason != ForwardReason::kRequest;
  if (!request.keeps) {
    io_.counters().cache_misses.Add();
    Begin(exchange, head, std::move(request));
    return false;
  }
  const cache::Store::Turn turn = Join(exchange, &request, may_wait);
  if (turn == cache::Store::Turn::kWait) return true;
  if (turn == cache::Store::Turn::kPass) request.keeps = false;
  io_.counters().cache_misses.Add();
  Begin(exchange, head, std::move(request));
  return false;
}

// kWait: the exchange waits, and request->head is gone.
cache::Store::Turn CachedAnswers::Join(Exchange* exchange, FillRequest* request, bool may_wait) {
  const cache::Rule& rule = *request->rule;
  const cache::Waiter waiter{this, exchange->token()};
  const cache::Store::Turn turn =
      store_->Join(request->key.text(), request->hash, rule.min_uses, io_.now_ms(), waiter, may_wait, &request->fill);
  if (turn != cache::Store::Turn::kWait) return turn;
  io_.counters().cache_waits.Add();
  int64_t until_ms = io_.now_ms() + rule.lock_ms;
  if (exchange->client_deadline_ms != 0) [[unlikely]] until_ms = std::min(until_ms, exchange->client_deadline_ms);
  parked_[exchange->token()] = {std::move(request->head), until_ms};
  earliest_ms_ = std::min(earliest_ms_, until_ms);
  return turn;
}

void CachedAnswers::Begin(Exchange* exchange, http::RequestHead* head, FillRequest request) {
  const bool bypassed = request.reason == ForwardReason::kBypass;
  io_.NoteCache(exchange, bypassed ? CacheVerdict::kBypass : request.stale ? CacheVerdict::kExpired : CacheVerdict::kMiss);
  TakeConditions(head);
  AnswerStages& stages = StagesOf(exchange);
  if (request.validates) stages.conditions = ConditionsOf(*request.stale);
  if (!request.rule->explicit_only) AppendCapability(&stages.conditions);
  stages.stored_bytes = request.keeps ? store_->options().max_entry_bytes : 0;
  stages.tap = std::make_unique<CacheFill>(io_, *store_, std::move(request));
}

void CachedAnswers::LetPass(Exchange* exchange, const CacheTarget& target, cache::Store* store, ForwardReason reason) {
  io_.NoteCache(exchange, CacheVerdict::kBypass);
  std::string report;
  if (target.rule->reports) AppendForwardReport({.reason = reason}, &report);
  Invalidation invalidation{store, {}, nullptr};
  if (store != nullptr) {
    invalidation.key = key_;
    if (target.upstream != nullptr) invalidation.location = *target.upstream;
  }
  StagesOf(exchange).tap =
      std::make_unique<CachePassage>(target.Keeper(), *target.rule, std::move(report), std::move(invalidation));
}

// Behind the client's back, and behind that of whoever routes the client's request now: at the end of the turn.
void CachedAnswers::Renew(Connection& connection, FillRequest request) {
  if (!store_->TryFill(request.key.text(), request.hash, &request.fill)) return;
  renewals_.push_back({std::move(request), connection.peer(), connection.is_encrypted()});
}

}  // namespace fastserve::server
