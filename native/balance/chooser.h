// One of several servers that all serve, by the group's method. One I/O thread's own.
#pragma once

#include <cstdint>
#include <vector>

#include "native/balance/server.h"

namespace fastserve::balance {

// A server that could take the request.
struct Candidate {
  uint32_t index = 0;          // the balancer's name for it
  const Server* server = nullptr;
  uint32_t weight = 1;         // in thousandths
  int64_t* turn = nullptr;     // its place in the round robin; belongs to the balancer
};

class Chooser {
 public:
  Chooser(Method method, uint64_t random_seed) : method_(method), random_(random_seed | 1) {}

  // A position in `candidates`, which is not empty. `hash`: of the request's key, 0 without one.
  size_t Choose(const std::vector<Candidate>& candidates, uint64_t hash, int64_t now_ms);

 private:
  size_t InTurn(const std::vector<Candidate>& candidates);
  size_t LeastBusy(const std::vector<Candidate>& candidates);
  size_t Draw(const std::vector<Candidate>& candidates);
  uint64_t Random();

  Method method_;
  uint64_t random_;
  std::vector<Candidate> tied_;
};

}  // namespace fastserve::balance
