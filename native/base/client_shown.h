// How much of a client's address is told to those who need not know it.
#pragma once

#include <cstdint>

namespace fastserve::base {

enum class ClientShown : uint8_t {
  kFull,
  kMasked,  // its network: 24 bits of IPv4, 48 of IPv6
  kHashed,  // an address that stands for it for a while (auth/client_disguise.h)
  kHidden,
};

}  // namespace fastserve::base
