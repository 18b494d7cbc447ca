#include "native/http/grammar/host_pattern.h"

#include "test/native/testing.h"

namespace {

using namespace fastserve::http;

TEST("the host of an authority has neither port nor the root's dot") {
  CHECK_EQ(HostOf("a.example"), "a.example");
  CHECK_EQ(HostOf("a.example:80"), "a.example");
  CHECK_EQ(HostOf("a.example.:80"), "a.example");
  CHECK_EQ(HostOf("[::1]:80"), "[::1]");
  CHECK_EQ(HostOf("[::1]"), "[::1]");
  CHECK_EQ(HostOf(""), "");
  CHECK_EQ(HostOf("."), ".");
}

TEST("a name fits itself in any case and nothing else") {
  CHECK(HostMatches("a.example", "A.Example"));
  CHECK(HostMatches("[::1]", "[::1]"));
  CHECK(!HostMatches("a.example", "b.a.example"));
  CHECK(!HostMatches("a.example", "xa.example"));
  CHECK(!HostMatches("a.example", ""));
}

TEST("a wildcard fits every name below, not the name itself") {
  CHECK(HostMatches("*.a.example", "x.A.example"));
  CHECK(HostMatches("*.a.example", "x.y.a.example"));
  CHECK(!HostMatches("*.a.example", "a.example"));
  CHECK(!HostMatches("*.a.example", ".a.example"));
  CHECK(!HostMatches("*.a.example", "xa.example"));
  CHECK(!HostMatches("*.a.example", ""));
}

TEST("names come before wildcards, long wildcards before short ones, any host last") {
  CHECK(IsMoreSpecific("a", "*.b.example"));
  CHECK(IsMoreSpecific("*.b.example", "*.example"));
  CHECK(IsMoreSpecific("*.example", ""));
  CHECK(!IsMoreSpecific("", "a"));
  CHECK(!IsMoreSpecific("a", "a"));
}

}  // namespace
