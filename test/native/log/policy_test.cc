#include "native/log/policy.h"

#include <string>

#include "test/native/testing.h"

using fastserve::log::Policy;

namespace {

std::string Written(const Policy& policy, std::string_view reference) {
  std::string out;
  policy.AppendReference(reference, &out);
  return out;
}

}  // namespace

TEST("a sample has one line in so many, and every error and slow answer") {
  Policy policy;
  policy.sample = 10;
  policy.slow_us = 1000;
  uint32_t count = 0;
  int written = 0;
  for (int i = 0; i < 100; ++i) written += policy.Wants(200, 10, &count);
  CHECK_EQ(written, 10);
  for (int i = 0; i < 20; ++i) CHECK(policy.Wants(404, 10, &count) && policy.Wants(200, 1001, &count));
}

TEST("a line is written for the classes that are named, and for slow answers of all") {
  Policy policy;
  policy.classes = 1u << 4 | 1u << 5;
  policy.slow_us = 1000;
  uint32_t count = 0;
  CHECK(!policy.Wants(200, 1000, &count));
  CHECK(policy.Wants(200, 1001, &count));
  CHECK(policy.Wants(404, 1, &count));
  CHECK(policy.Wants(503, 1, &count));
}

TEST("values of redacted parameters are not written, nor a query that is dropped") {
  Policy policy;
  CHECK_EQ(Written(policy, "/a?token=1"), std::string("/a?token=1"));
  policy.redacted = {"token", "key"};
  CHECK_EQ(Written(policy, "/a?x=1&token=secret&key=&y"), std::string("/a?x=1&token=[redacted]&key=[redacted]&y"));
  CHECK_EQ(Written(policy, "/a?token"), std::string("/a?token"));
  CHECK_EQ(Written(policy, "/a?"), std::string("/a?"));
  CHECK_EQ(Written(policy, "/token=1"), std::string("/token=1"));
  policy.drops_query = true;
  CHECK_EQ(Written(policy, "https://x/a?token=secret"), std::string("https://x/a"));
}
