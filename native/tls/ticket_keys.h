// The keys that session tickets are sealed with (RFC 5077, RFC 8446 4.6.1), shared by all I/O threads of a server.
//
// DESIGN: a set of keys is immutable; rotation publishes another one. The newest key seals, the one before still opens, so
// a ticket works for at least one period and at most two. Keys live in memory only: a stolen disk opens nothing, and a
// recorded connection can be resumed for two periods at most.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

namespace fastserve::tls {

struct TicketKey {
  unsigned char name[16];  // sent in clear: says which key opens the ticket
  unsigned char cipher[32];
  unsigned char mac[32];
};

struct TicketKeySet {
  TicketKey current;
  TicketKey previous;  // on the first set nobody's, and as random as any
  int64_t made_ms = 0;

  // The key of this name, nullptr when it is gone. *old: a ticket of the newest key should take its place.
  const TicketKey* Find(const unsigned char* name, bool* old) const;
};

class TicketKeys {
 public:
  static constexpr int64_t kPeriodMs = 8 * 3600 * 1000;

  TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // The set of now (monotonic milliseconds), rotated when its time is over. Any thread.
  std::shared_ptr<const TicketKeySet> Get(int64_t now_ms);

 private:
  std::mutex mutex_;
  std::shared_ptr<const TicketKeySet> set_;
};

}  // namespace fastserve::tls
