#include "native/auth/client_disguise.h"

#include <algorithm>

namespace fastserve::auth {

namespace {

constexpr uint8_t kMaskedIpv4Bits = 24;
constexpr uint8_t kMaskedIpv6Bits = 48;
constexpr uint8_t kUniqueLocal = 0xFD;

}  // namespace

base::IpAddress ClientDisguise::Of(const base::IpAddress& address, base::ClientShown shown, int64_t wall_s) {
  if (address.family == 0) return address;
  switch (shown) {
    case base::ClientShown::kFull: return address;
    case base::ClientShown::kMasked: return base::Masked(address, kMaskedIpv4Bits, kMaskedIpv6Bits);
    case base::ClientShown::kHashed: return Hashed(address, wall_s);
    case base::ClientShown::kHidden: return {};
  }
  return {};
}

base::IpAddress ClientDisguise::Hashed(const base::IpAddress& address, int64_t wall_s) {
  const int64_t now = (wall_s - settings_.started_s) / settings_.period_s;
  for (; period_ < now; ++period_) secret_ = KeyedHash(secret_)("the next period");
  char text[sizeof address.bytes + 1] = {static_cast<char>(address.family)};
  std::copy_n(address.bytes, sizeof address.bytes, text + 1);
  const KeyedHash::Digest digest = KeyedHash(secret_)({text, sizeof text});
  base::IpAddress stands{6, {kUniqueLocal}};
  std::copy_n(digest.begin(), sizeof stands.bytes - 1, stands.bytes + 1);
  return stands;
}

}  // namespace fastserve::auth
