#include "native/tls/ticket_keys.h"

#include <cstring>

#include "test/native/testing.h"

using fastserve::tls::TicketKeys;

namespace {

constexpr int64_t kStart = 1000;

}  // namespace

TEST("ticket keys stay for a period") {
  TicketKeys keys;
  const auto first = keys.Get(kStart);
  CHECK(keys.Get(kStart + TicketKeys::kPeriodMs - 1) == first);
}

TEST("the ticket key before still opens, and asks for a new ticket") {
  TicketKeys keys;
  const auto first = keys.Get(kStart);
  const auto second = keys.Get(kStart + TicketKeys::kPeriodMs);
  CHECK(second != first);
  bool old = false;
  const auto* found = second->Find(first->current.name, &old);
  CHECK(found != nullptr && std::memcmp(found->cipher, first->current.cipher, sizeof found->cipher) == 0);
  CHECK(old);
  CHECK(second->Find(second->current.name, &old) == &second->current);
  CHECK(!old);
}

TEST("a ticket key opens nothing after two periods") {
  TicketKeys keys;
  const auto first = keys.Get(kStart);
  keys.Get(kStart + TicketKeys::kPeriodMs);
  bool old = false;
  CHECK(keys.Get(kStart + 2 * TicketKeys::kPeriodMs)->Find(first->current.name, &old) == nullptr);
}

TEST("a ticket key opens nothing after two periods without a handshake") {
  TicketKeys keys;
  const auto first = keys.Get(kStart);
  bool old = false;
  CHECK(keys.Get(kStart + 2 * TicketKeys::kPeriodMs)->Find(first->current.name, &old) == nullptr);
}

TEST("ticket keys of different servers are different") {
  TicketKeys one;
  TicketKeys other;
  bool old = false;
  CHECK(one.Get(kStart)->Find(other.Get(kStart)->current.name, &old) == nullptr);
}
