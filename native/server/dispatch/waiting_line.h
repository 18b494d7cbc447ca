// The requests of one pool that wait for a worker, and who of them is next. The I/O thread's own.
//
//   oldest first   by_age_.front()
//   newest first   by_age_.back(), once the line has not been empty for kOverloadMs: then it will not be worked off soon, and of
//                  those that have waited long most have given up (docs/adr/0031-pools-and-their-lines.md)
//   fair           the keys take turns, each with its oldest (or newest) request:
//
//     turns_   [key a] ─► [key c] ─► [key b]          a is next, then goes behind b
//                 │          │          │
//               a1 a2 a3     c1        b1 b2
//
// DESIGN: every request is in by_age_ by its list links, and where the line is fair also in the share of its key by its share
// links, so that a client who leaves is taken out at once, wherever it stood.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "native/server/connection/exchange.h"
#include "native/server/dispatch/line_order.h"

namespace fastserve::server {

// Milliseconds that a line must not have been empty until its newest go first.
constexpr int64_t kOverloadMs = 100;

class WaitingLine {
 public:
  WaitingLine(LineOrder order, bool fair) : order_(order), fair_(fair) {}

  // Behind all others (of its share). `now_ms` never goes back.
  void Push(Exchange* exchange, int64_t now_ms);
  // One that a worker has died with, before all others: it has waited already.
  void PushAgain(Exchange* exchange, int64_t now_ms);
  // Who is next, still in the line; nullptr when it is empty.
  Exchange* Next(int64_t now_ms) const;
  // Next() goes to its worker: its key has had its turn.
  void Take(Exchange* exchange);
  // Whoever it is, and wherever it stands.
  void Remove(Exchange* exchange);

  bool empty() const { return by_age_.empty(); }
  uint32_t size() const { return by_age_.size(); }
  // Who has been here longest.
  const Exchange* oldest() const { return by_age_.front(); }

 private:
  struct Share {
    uint64_t key;
    LinkedExchanges<&Exchange::share_previous, &Exchange::share_next> waiting;
  };

  bool NewestFirst(int64_t now_ms) const {
    return order_ == LineOrder::kNewestFirst && now_ms - filled_ms_ >= kOverloadMs;
  }
  Share& ShareOf(Exchange* exchange);
  void Leave(Exchange* exchange, bool had_its_turn);
  void LeaveShare(Exchange* exchange, bool had_its_turn);

  LineOrder order_;
  bool fair_;
  int64_t filled_ms_ = 0;  // when it was empty last
  uint32_t again_ = 0;     // how many of by_age_'s first came by PushAgain; they have no share
  ExchangeList by_age_;
  std::list<Share> turns_;  // of keys that have somebody here; the first is next
  std::unordered_map<uint64_t, std::list<Share>::iterator> shares_;
};

}  // namespace fastserve::server
