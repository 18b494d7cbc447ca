#include "native/limits/access_rule.h"

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;

namespace {

uint16_t Judged(const limits::AccessRule& rule, const char* client, std::string_view head_bytes) {
  static http::RequestHead head;
  REQUIRE(http::ParseRequestHead(head_bytes, 0, {}, &head).status == http::ParseStatus::kDone);
  base::IpAddress address;
  if (*client != '\0') REQUIRE(base::ParseIpAddress(client, &address));
  return rule.Judge(head, head_bytes, address);
}

http::TrustedPeers Peers(const char* network) {
  http::TrustedPeers peers;
  peers.networks.emplace_back();
  REQUIRE(base::ParseIpNetwork(network, &peers.networks.back()));
  return peers;
}

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\nX-Token: right\r\n\r\n";

}  // namespace

TEST("deny goes before allow, and allow denies the rest") {
  limits::AccessRule rule;
  rule.allow = Peers("10.0.0.0/8");
  rule.has_allow = true;
  rule.deny = Peers("10.6.0.0/16");
  CHECK_EQ(Judged(rule, "10.1.1.1", kGet), 0);
  CHECK_EQ(Judged(rule, "10.6.1.1", kGet), 403);
  CHECK_EQ(Judged(rule, "192.0.2.1", kGet), 403);
  CHECK_EQ(Judged(rule, "", kGet), 403);
  rule.allow.unix_sockets = true;
  CHECK_EQ(Judged(rule, "", kGet), 0);
}

TEST("methods and fields are demanded") {
  limits::AccessRule rule;
  rule.methods = 1u << static_cast<unsigned>(http::Method::kPost);
  CHECK_EQ(Judged(rule, "192.0.2.1", kGet), 405);
  rule.methods = 0;
  rule.fields = {{"x-token", "right"}};
  CHECK_EQ(Judged(rule, "192.0.2.1", kGet), 0);
  rule.fields = {{"x-token", "wrong"}};
  CHECK_EQ(Judged(rule, "192.0.2.1", kGet), 403);
  rule.fields = {{"x-other", ""}};
  CHECK_EQ(Judged(rule, "192.0.2.1", kGet), 403);
}
