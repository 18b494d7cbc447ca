// Ranges that no stored whole answers: cut from one that is fetched, or stored as parts. See cached_answers.h.
#include <utility>

#include "native/server/caching/cached_answers.h"
#include "native/server/caching/part_fill.h"
#include "native/server/connection/range_cutter.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// As Ask, for a range where parts are stored: one that has it answers, else what the upstream says to the range is one.
bool CachedAnswers::AskForPart(const Question& question, FillRequest request, const Wishes& wishes) {
  const CacheTarget& target = question.target;
  const cache::Rule& rule = *target.rule;
  const std::string key = PartKeyOf(key_.text());
  request.hash = store_->HashOf(key);
  const cache::EntryRef part = wishes.bypasses ? cache::EntryRef() : store_->Look(key, request.hash, question.request);
  report_.clear();
  if (part && cache::UseOf(*part, request.facts, rule, io_.now_ms()) == cache::Use::kFresh) {
    if (rule.reports) AppendHitReport(part->FreshFor(io_.now_ms()), {}, &report_);
    // Before it is sent: then the exchange is gone.
    io_.NoteCache(question.exchange, CacheVerdict::kHit);
    if (answers_.SendPart(question.connection, question.exchange, question.request, part, report_)) {
      io_.counters().cache_hits.Add();
      return true;
    }
    report_.clear();
  }
  io_.NoteCache(question.exchange, CacheVerdict::kMiss);
  io_.counters().cache_misses.Add();
  if (rule.reports) AppendForwardReport({.reason = ForwardReason::kPartial}, &report_);
  request.key = key_;
  request.rule = target.rule;
  request.rules = target.Keeper();
  request.head = question.request.bytes;
  StagesOf(question.exchange).tap = std::make_unique<PartFill>(io_, *store_, std::move(request), report_);
  return false;
}

// As Ask, for a range: it is cut from the whole that is stored. Where nothing is going to be stored, or the last answer was not for
// storing (too large, perhaps), the upstream is asked for the range itself.
bool CachedAnswers::AskForWhole(Exchange* exchange, http::RequestHead* head, const CacheTarget& target, FillRequest request) {
  if (request.keeps) {
    const bool may_wait = request.rule->lock_ms > 0 && exchange->cache_turn != CacheTurn::kAlone &&
                          request.reason != ForwardReason::kRequest;
    const cache::Store::Turn turn = Join(exchange, &request, may_wait);
    if (turn == cache::Store::Turn::kWait) return true;
    if (turn == cache::Store::Turn::kFill && request.fill.number != 0) {
      io_.counters().cache_misses.Add();
      auto cutter = std::make_unique<RangeCutter>(io_.options().dynamic, *head, request.head);
      Begin(exchange, head, std::move(request));
      exchange->stages->coder = std::move(cutter);
      return false;
    }
  }
  LetPass(exchange, target, nullptr, ForwardReason::kPartial);
  return false;
}

}  // namespace fastserve::server
