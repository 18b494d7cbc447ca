// HMAC-SHA256 (RFC 2104) under a secret of this process: names for what must not be kept or shown as it is. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fastserve::auth {

class KeyedHash {
 public:
  using Digest = std::array<uint8_t, 32>;

  // With a random secret. Aborts where the system has no random numbers.
  KeyedHash();
  explicit KeyedHash(const Digest& secret) : secret_(secret) {}

  Digest operator()(std::string_view text) const;

 private:
  Digest secret_;
};

}  // namespace fastserve::auth
