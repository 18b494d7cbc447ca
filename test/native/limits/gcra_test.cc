#include "native/limits/gcra.h"

#include "native/limits/rate_rule.h"
#include "test/native/testing.h"

using namespace fastserve;

namespace {

constexpr int64_t kSecond = 1'000'000'000;
// One in 100 ms, five more at once.
constexpr limits::Gcra kRule{kSecond / 10, 5};

}  // namespace

TEST("a burst conforms, the request behind it does not, one interval later it does") {
  int64_t tat = 0;
  for (int i = 0; i < 6; ++i) {
    const limits::GcraVerdict verdict = limits::Judge(kRule, tat, kSecond);
    CHECK(verdict.conforms);
    CHECK_EQ(verdict.remaining, 5 - i);
    CHECK_EQ(verdict.behind_ns, i * kSecond / 10);
    tat = verdict.tat_ns;
  }
  const limits::GcraVerdict refused = limits::Judge(kRule, tat, kSecond);
  CHECK(!refused.conforms);
  CHECK_EQ(refused.tat_ns, tat);
  CHECK_EQ(refused.wait_ns, kSecond / 10);
  CHECK(limits::Judge(kRule, tat, kSecond + refused.wait_ns).conforms);
  CHECK(!limits::Judge(kRule, tat, kSecond + refused.wait_ns - 1).conforms);
}

TEST("over a long time exactly the rate conforms, whatever comes") {
  int64_t tat = 0;
  int conforming = 0;
  for (int64_t now = kSecond; now < 11 * kSecond; now += kSecond / 1000) {
    const limits::GcraVerdict verdict = limits::Judge(kRule, tat, now);
    conforming += verdict.conforms ? 1 : 0;
    tat = verdict.tat_ns;
  }
  CHECK_EQ(conforming, 100 + 5);
}

TEST("a refusal says when to come again") {
  limits::RateRule rule;
  rule.name = "login";
  rule.gcra = {kSecond * 6, 4};
  std::string fields;
  limits::AppendRefusalFields(rule, {false, 0, 0, kSecond + 1, 0}, &fields);
  CHECK_EQ(fields, "Retry-After: 2\r\nRateLimit-Policy: \"login\";q=5;w=30\r\nRateLimit: \"login\";r=0;t=2\r\n");
}
