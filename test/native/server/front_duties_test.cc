#include "native/server/gate/front_duties.h"

#include "test/native/testing.h"

namespace {

using fastserve::server::AppendWithout;
using fastserve::server::FrontDuties;
using fastserve::server::WwwRule;

TEST("a host must fit one pattern of each list") {
  FrontDuties duties;
  CHECK(duties.AllowsHost("anything"));
  duties.hosts = {{"example.org", "*.example.org"}, {"*.org"}};
  CHECK(duties.AllowsHost("example.org"));
  CHECK(duties.AllowsHost("SHOP.example.org"));
  CHECK(!duties.AllowsHost("example.com"));
  CHECK(!duties.AllowsHost(""));
  duties.hosts.push_back({"shop.example.org"});
  CHECK(!duties.AllowsHost("example.org"));
}

TEST("a domain name gets its www or loses it, with its port") {
  FrontDuties duties;
  CHECK_EQ(duties.OtherAuthority("example.org", "example.org"), "");
  duties.www = WwwRule::kAdd;
  CHECK_EQ(duties.OtherAuthority("example.org:8080", "example.org"), "www.example.org:8080");
  CHECK_EQ(duties.OtherAuthority("WWW.example.org", "WWW.example.org"), "");
  duties.www = WwwRule::kRemove;
  CHECK_EQ(duties.OtherAuthority("WWW.example.org:8080", "WWW.example.org"), "example.org:8080");
  CHECK_EQ(duties.OtherAuthority("example.org", "example.org"), "");
}

TEST("addresses and names of one label have no www") {
  FrontDuties duties;
  duties.www = WwwRule::kAdd;
  for (const char* host : {"localhost", "127.0.0.1", "[::1]", "", "example."}) CHECK_EQ(duties.OtherAuthority(host, host), "");
  duties.www = WwwRule::kRemove;
  CHECK_EQ(duties.OtherAuthority("www.example", "www.example"), "");
}

TEST("the lines of one name are left out, in any case") {
  std::string out;
  AppendWithout("A: 1\r\nX-Trace: old\r\nx-trace: older\r\nB: 2\r\n", "x-trace", &out);
  CHECK_EQ(out, "A: 1\r\nB: 2\r\n");
}

}  // namespace
