#include "native/auth/client_disguise.h"

#include <string_view>

#include "test/native/testing.h"

using namespace fastserve;
using base::ClientShown;

namespace {

base::IpAddress Address(std::string_view text) {
  base::IpAddress address;
  base::ParseIpAddress(text, &address);
  return address;
}

auth::DisguiseSettings Settings() { return {{1, 2, 3}, 100, 1000}; }

}  // namespace

TEST("a masked client is its network") {
  auth::ClientDisguise disguise(Settings());
  CHECK(disguise.Of(Address("192.0.2.77"), ClientShown::kMasked, 1000) == Address("192.0.2.0"));
  CHECK(disguise.Of(Address("2001:db8:1:2::3"), ClientShown::kMasked, 1000) == Address("2001:db8:1::"));
}

TEST("a hashed client is the same unique local address on all threads for a period, and another one behind it") {
  auth::ClientDisguise first(Settings());
  auth::ClientDisguise second(Settings());
  const base::IpAddress now = first.Of(Address("192.0.2.77"), ClientShown::kHashed, 1000);
  CHECK_EQ(now.family, 6);
  CHECK_EQ(now.bytes[0], 0xFD);
  CHECK(first.Of(Address("192.0.2.77"), ClientShown::kHashed, 1099) == now);
  CHECK(!(first.Of(Address("192.0.2.78"), ClientShown::kHashed, 1099) == now));
  const base::IpAddress later = first.Of(Address("192.0.2.77"), ClientShown::kHashed, 1300);
  CHECK(!(later == now));
  CHECK(second.Of(Address("192.0.2.77"), ClientShown::kHashed, 1399) == later);
  CHECK(first.Of(Address("192.0.2.77"), ClientShown::kHashed, 900) == later);  // a clock that goes back
}

TEST("a hidden client has no address, and one without an address has none to hide") {
  auth::ClientDisguise disguise(Settings());
  CHECK_EQ(disguise.Of(Address("192.0.2.77"), ClientShown::kHidden, 1000).family, 0);
  CHECK_EQ(disguise.Of({}, ClientShown::kHashed, 1000).family, 0);
}
