// The rate limits of single routes.
#include "native/server/gate/route_rates.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace {

using fastserve::limits::EvenRate;
using fastserve::server::RateCounts;
using fastserve::server::RouteRate;
using fastserve::server::RouteRates;
namespace http = fastserve::http;
namespace variables = fastserve::variables;

constexpr int64_t kSecond = 1'000'000'000;

RouteRate Limit(const std::string& name, const std::string& key, int64_t count, int64_t period_ns, uint16_t methods = 0) {
  RouteRate rate;
  rate.counted_as = name;
  rate.rule.name = name;
  variables::TemplateError error;
  CHECK(variables::Template::Compile(key, &rate.rule.key, &error));
  rate.rule.gcra = EvenRate(count, period_ns);
  rate.rule.scope.methods = methods;
  return rate;
}

// "" when the request may pass, else the lines of its refusal.
std::string Judged(const RouteRates& rates, uint16_t route, const std::string& head_bytes, int64_t now_ns, RateCounts* counts) {
  http::RequestHead head;
  const http::HeadLimits limits{8192, 8192, 64};
  CHECK(http::ParseRequestHead(head_bytes, 0, limits, &head).status == http::ParseStatus::kDone);
  variables::RequestFacts facts;
  facts.head = &head;
  facts.head_bytes = head_bytes;
  return rates.Judge(route, facts, now_ns, counts).value_or("");
}

const std::string kGet = "GET /?k=a HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kPost = "POST /?k=a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

}  // namespace

TEST("a limit lets its number pass at once and one more in each share of its time") {
  RouteRates rates;
  rates.Add(3, Limit("a", "$arg_k", 2, 10 * kSecond));
  RateCounts counts(1024);
  CHECK(rates.Has(3));
  CHECK(!rates.Has(2));
  CHECK(!rates.Has(4));
  CHECK_EQ(Judged(rates, 3, kGet, kSecond, &counts), "");
  CHECK_EQ(Judged(rates, 3, kGet, kSecond, &counts), "");
  CHECK_EQ(Judged(rates, 3, kGet, kSecond, &counts),
           "Retry-After: 5\r\nRateLimit-Policy: \"a\";q=2;w=10\r\nRateLimit: \"a\";r=0;t=5\r\n");
  CHECK_EQ(Judged(rates, 3, kGet, 6 * kSecond, &counts), "");
}

TEST("limits of one name count together and keys do not run into names") {
  RouteRates rates;
  rates.Add(0, Limit("a", "b$arg_k", 1, 10 * kSecond));
  rates.Add(1, Limit("a", "b$arg_k", 1, 10 * kSecond));
  rates.Add(2, Limit("ab", "$arg_k", 1, 10 * kSecond));
  RateCounts counts(1024);
  CHECK_EQ(Judged(rates, 0, kGet, kSecond, &counts), "");
  CHECK(Judged(rates, 1, kGet, kSecond, &counts) != "");
  CHECK_EQ(Judged(rates, 2, kGet, kSecond, &counts), "");
  CHECK(!counts.Take("a", EvenRate(1, 10 * kSecond), "ba", kSecond).conforms);
}

TEST("other methods and requests without a key are not counted") {
  RouteRates rates;
  rates.Add(0, Limit("a", "$arg_k", 1, 10 * kSecond, 1 << static_cast<int>(http::Method::kPost)));
  rates.Add(1, Limit("b", "$arg_none", 1, 10 * kSecond));
  RateCounts counts(1024);
  for (int i = 0; i < 3; ++i) CHECK_EQ(Judged(rates, 0, kGet, kSecond, &counts), "");
  for (int i = 0; i < 3; ++i) CHECK_EQ(Judged(rates, 1, kGet, kSecond, &counts), "");
  CHECK_EQ(Judged(rates, 0, kPost, kSecond, &counts), "");
  CHECK(Judged(rates, 0, kPost, kSecond, &counts) != "");
}

TEST("a refusal by the second limit has counted for the first") {
  RouteRates rates;
  rates.Add(0, Limit("outer", "$arg_k", 2, 10 * kSecond));
  rates.Add(0, Limit("inner", "$arg_k", 1, 10 * kSecond));
  RateCounts counts(1024);
  CHECK_EQ(Judged(rates, 0, kGet, kSecond, &counts), "");
  CHECK(Judged(rates, 0, kGet, kSecond, &counts).find("inner") != std::string::npos);
  CHECK(Judged(rates, 0, kGet, kSecond, &counts).find("outer") != std::string::npos);
}
