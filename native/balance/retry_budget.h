// Keeps retries from multiplying the load of servers that fail already. One I/O thread's own.
//
// DESIGN: a bucket of tokens. Each request brings a part of a token, time brings a few for sites with little traffic, and each
// retry takes a whole one: when all servers fail, requests reach them at most (1 + budget) times.
#pragma once

#include <algorithm>
#include <cstdint>

#include "native/balance/settings.h"

namespace fastserve::balance {

class RetryBudget {
 public:
  explicit RetryBudget(const RetrySettings& settings) : settings_(settings), tokens_(settings.floor_per_second) {}

  void OnRequest() { tokens_ = std::min(tokens_ + settings_.budget, Most()); }

  // Whether one retry may be made; if so, counts it.
  bool Take(int64_t now_ms) {
    if (filled_ms_ == 0) filled_ms_ = now_ms;
    const double came = static_cast<double>(now_ms - filled_ms_) * settings_.floor_per_second / 1000;
    filled_ms_ = now_ms;
    tokens_ = std::min(tokens_ + came, Most());
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  // What is saved up in quiet times: ten seconds' worth, and 100 requests' worth.
  double Most() const { return settings_.floor_per_second * 10 + settings_.budget * 100; }

  RetrySettings settings_;
  double tokens_;
  int64_t filled_ms_ = 0;
};

}  // namespace fastserve::balance
