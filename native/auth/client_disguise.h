// Addresses that stand for clients where the real one shall not be told: in logs, to upstreams, to views. One thread at a time:
// each I/O thread has its own, and all of a server give the same address for one client.
//
// DESIGN: a hash is written as an address of fd00::/8 (RFC 4193), so that programs which read addresses take it. It is keyed by a
// secret that is replaced by its own hash when its time is over: who takes the process over finds no key to what was written
// before, and nobody can tell the clients of one period among those of another.
#pragma once

#include <cstdint>

#include "native/auth/keyed_hash.h"
#include "native/base/client_shown.h"
#include "native/base/ip_address.h"

namespace fastserve::auth {

struct DisguiseSettings {
  KeyedHash::Digest secret{};     // random: of the first period
  int64_t period_s = 86400;       // at least 1
  int64_t started_s = 0;          // since 1970: when the first period began to count
};

class ClientDisguise {
 public:
  explicit ClientDisguise(const DisguiseSettings& settings) : settings_(settings), secret_(settings.secret) {}

  // What is told of `address`. kHidden gives family 0; an address of family 0 stays. `wall_s`: since 1970; a clock that goes
  // back changes no secret.
  base::IpAddress Of(const base::IpAddress& address, base::ClientShown shown, int64_t wall_s);

 private:
  base::IpAddress Hashed(const base::IpAddress& address, int64_t wall_s);

  const DisguiseSettings settings_;
  KeyedHash::Digest secret_;
  int64_t period_ = 0;
};

}  // namespace fastserve::auth
