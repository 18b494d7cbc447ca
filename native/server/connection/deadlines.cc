#include "native/server/connection/deadlines.h"

#include <algorithm>

#include "native/base/check.h"
#include "native/server/connection/exchange.h"

namespace fastserve::server {

struct DeadlineLine {
  int64_t limit_ms;
  Exchange* first = nullptr;
  Exchange* last = nullptr;
};

namespace {

// Stands for the tree.
DeadlineLine tree{0};

}  // namespace

Deadlines::Deadlines() = default;
Deadlines::~Deadlines() = default;

DeadlineLine& Deadlines::LineOf(int64_t limit_ms) {
  for (auto& line : lines_) {
    if (line->limit_ms == limit_ms) return *line;
  }
  // Limits of routes that were replaced leave their lines behind.
  for (auto& line : lines_) {
    if (line->first != nullptr) continue;
    line->limit_ms = limit_ms;
    return *line;
  }
  lines_.push_back(std::make_unique<DeadlineLine>(DeadlineLine{limit_ms}));
  return *lines_.back();
}

void Deadlines::Arm(Exchange* exchange, int64_t limit_ms, int64_t now_ms) {
  DeadlineLinks& links = exchange->deadline;
  FASTSERVE_CHECK(links.line == nullptr, "an exchange has one deadline");
  const int64_t client_ms = exchange->client_deadline_ms;
  if (client_ms != 0 && (limit_ms <= 0 || client_ms < now_ms + limit_ms)) [[unlikely]] {
    links = {&tree, nullptr, nullptr, client_ms};
    by_clients_.emplace(client_ms, exchange);
    return;
  }
  if (limit_ms <= 0) return;
  DeadlineLine& line = LineOf(limit_ms);
  links = {&line, line.last, nullptr, now_ms + limit_ms};
  (line.last != nullptr ? line.last->deadline.next : line.first) = exchange;
  line.last = exchange;
}

void Deadlines::Disarm(Exchange* exchange) {
  DeadlineLinks& links = exchange->deadline;
  if (links.line == nullptr) return;
  if (links.line == &tree) [[unlikely]] {
    by_clients_.erase({links.at_ms, exchange});
    links = {};
    return;
  }
  (links.previous != nullptr ? links.previous->deadline.next : links.line->first) = links.next;
  (links.next != nullptr ? links.next->deadline.previous : links.line->last) = links.previous;
  links = {};
}

Exchange* Deadlines::TakeDue(int64_t now_ms) {
  for (auto& line : lines_) {
    Exchange* first = line->first;
    if (first == nullptr || first->deadline.at_ms > now_ms) continue;
    Disarm(first);
    return first;
  }
  Exchange* first = FirstOfTree();
  if (first == nullptr || first->deadline.at_ms > now_ms) return nullptr;
  Disarm(first);
  return first;
}

int64_t Deadlines::NextMs(int64_t now_ms) const {
  int64_t next = -1;
  for (const auto& line : lines_) {
    if (line->first == nullptr) continue;
    const int64_t left = std::max<int64_t>(0, line->first->deadline.at_ms - now_ms);
    next = next < 0 ? left : std::min(next, left);
  }
  if (const Exchange* first = FirstOfTree(); first != nullptr) {
    const int64_t left = std::max<int64_t>(0, first->deadline.at_ms - now_ms);
    next = next < 0 ? left : std::min(next, left);
  }
  return next;
}

}  // namespace fastserve::server
