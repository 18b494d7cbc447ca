#include "native/balance/chooser.h"

#include <algorithm>
#include <cmath>

#include "native/base/folded_product.h"

namespace fastserve::balance {

namespace {

// Requests in flight for its weight, the one that would come included.
double Busyness(const Candidate& candidate) {
  return (candidate.server->in_flight.load(std::memory_order_relaxed) + 1.0) / candidate.weight;
}

// How long the request would wait for its answer, roughly: peak EWMA as in Finagle.
double Wait(const Candidate& candidate, int64_t now_ms) { return candidate.server->ExpectedLatency(now_ms) * Busyness(candidate); }

// Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights by Schindelhauer and Schomaker 2005): each server gets a
// score for the key and the best one serves it, so that a server that leaves moves its own keys and no others.
size_t ByHash(const std::vector<Candidate>& candidates, uint64_t hash) {
  size_t best = 0;
  double best_score = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const uint64_t mixed = base::FoldedProduct(hash ^ candidates[i].server->name_hash, 0x9E3779B97F4A7C15);
    const double unit = (static_cast<double>(mixed >> 11) + 0.5) * 0x1p-53;  // in (0, 1)
    const double score = -std::log(unit) / candidates[i].weight;
    if (i != 0 && score >= best_score) continue;
    best = i;
    best_score = score;
  }
  return best;
}

}  // namespace

size_t Chooser::Choose(const std::vector<Candidate>& candidates, uint64_t hash, int64_t now_ms) {
  if (candidates.size() == 1) return 0;
  switch (method_) {
    case Method::kRoundRobin:
      break;
    case Method::kHash:
      if (hash != 0) return ByHash(candidates, hash);
      break;
    case Method::kLeastConnections:
      return LeastBusy(candidates);
    case Method::kRandomTwo:
    case Method::kLatency: {
      const size_t first = Draw(candidates);
      size_t second = Draw(candidates);
      if (second == first) second = (first + 1) % candidates.size();
      const auto cost = [&](size_t i) {
        return method_ == Method::kLatency ? Wait(candidates[i], now_ms) : Busyness(candidates[i]);
      };
      return cost(second) < cost(first) ? second : first;
    }
  }
  return InTurn(candidates);
}

// Smooth weighted round robin, as nginx has it: everyone gains its weight, the richest is chosen and pays for all. Weights
// 5, 1, 1 give a a b a c a a and not a a a a a b c.
size_t Chooser::InTurn(const std::vector<Candidate>& candidates) {
  int64_t total = 0;
  size_t best = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    *candidates[i].turn += candidates[i].weight;
    total += candidates[i].weight;
    if (*candidates[i].turn > *candidates[best].turn) best = i;
  }
  *candidates[best].turn -= total;
  return best;
}

size_t Chooser::LeastBusy(const std::vector<Candidate>& candidates) {
  double least = Busyness(candidates[0]);
  for (const Candidate& candidate : candidates) least = std::min(least, Busyness(candidate));
  tied_.clear();
  for (const Candidate& candidate : candidates) {
    if (Busyness(candidate) <= least) tied_.push_back(candidate);
  }
  // Another thread may have changed the counts between the two looks.
  if (tied_.empty()) return InTurn(candidates);
  const uint32_t index = tied_[InTurn(tied_)].index;
  const auto found = std::ranges::find(candidates, index, &Candidate::index);
  return static_cast<size_t>(found - candidates.begin());
}

// By weight.
size_t Chooser::Draw(const std::vector<Candidate>& candidates) {
  uint64_t total = 0;
  for (const Candidate& candidate : candidates) total += candidate.weight;
  uint64_t at = Random() % total;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (at < candidates[i].weight) return i;
    at -= candidates[i].weight;
  }
  return 0;
}

// xorshift64* (Vigna 2016): for spreading load, not for secrets.
uint64_t Chooser::Random() {
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  return random_ * 0x2545F4914F6CDD1D;
}

}  // namespace fastserve::balance
