// When exchanges are due: a line for each distinct limit, so that arming and disarming cost no search and no memory. The I/O
// thread's own.
//
// DESIGN: everything that has the same limit falls due in the order in which it was armed, so each limit has one first-in
// first-out line and only the fronts are looked at. The limits of a server are few: its own and those of its routes. What is due
// when its client says so has no such order: it is in a tree, which only requests pay for that say it.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace fastserve::server {

struct Exchange;
struct DeadlineLine;

// An exchange's place; `line` is nullptr while it is not armed.
struct DeadlineLinks {
  DeadlineLine* line = nullptr;
  Exchange* previous = nullptr;
  Exchange* next = nullptr;
  int64_t at_ms = 0;
};

class Deadlines {
 public:
  Deadlines();
  ~Deadlines();

  // Due `limit_ms` from now (0 or less: never), or at the exchange's client_deadline_ms, whichever is first. `now_ms` never goes
  // back. The exchange is not armed.
  void Arm(Exchange* exchange, int64_t limit_ms, int64_t now_ms);
  // Harmless when not armed.
  void Disarm(Exchange* exchange);
  // Takes one exchange that is due, nullptr when none is.
  Exchange* TakeDue(int64_t now_ms);
  // Milliseconds until the next one, -1: nothing is armed.
  int64_t NextMs(int64_t now_ms) const;

 private:
  DeadlineLine& LineOf(int64_t limit_ms);
  Exchange* FirstOfTree() const { return by_clients_.empty() ? nullptr : by_clients_.begin()->second; }

  std::vector<std::unique_ptr<DeadlineLine>> lines_;  // one for each limit that is or was in use; empty ones are used again
  std::set<std::pair<int64_t, Exchange*>> by_clients_;  // those that their clients' word makes due, by when
};

}  // namespace fastserve::server
