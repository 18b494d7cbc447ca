#include "native/log/condition.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using log::Condition;
using log::MatchesWildcard;

namespace {

struct Parsed {
  explicit Parsed(std::string_view target) : text("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nUser-Agent: probe/1\r\n\r\n") {
    http::ParseRequestHead(text, 0, http::HeadLimits{}, &head);
    facts.head = &head;
    facts.head_bytes = text;
  }
  std::string text;
  http::RequestHead head;
  variables::RequestFacts facts;
};

Condition OfPath(std::string_view pattern) {
  Condition condition;
  std::string error;
  REQUIRE(base::Glob::Compile(pattern, &condition.paths.emplace_back(), &error));
  return condition;
}

bool Fits(const Condition& condition, std::string_view target) {
  const Parsed request(target);
  std::string scratch;
  return condition.FitsRequest(&request.facts, &scratch);
}

log::ValueTest Test(std::string_view variable, log::ValueTest::Kind kind, std::string pattern = "") {
  log::ValueTest test;
  std::string problem;
  REQUIRE(log::FindVariable(variable, &test.variable, &problem));
  test.kind = kind;
  test.pattern = std::move(pattern);
  return test;
}

}  // namespace

TEST("a wildcard takes any bytes, also none, and goes back where it took too many") {
  CHECK(MatchesWildcard("*", ""));
  CHECK(MatchesWildcard("a*", "a"));
  CHECK(MatchesWildcard("*ab", "aab"));
  CHECK(MatchesWildcard("a*b*c", "a-b-b-c"));
  CHECK(!MatchesWildcard("a*b", "a-c"));
  CHECK(!MatchesWildcard("a", "ab"));
  CHECK(!MatchesWildcard("", "a"));
}

TEST("paths are compared in normal form, so that no spelling hides a request") {
  const Condition probes = OfPath("./static/**");
  CHECK(Fits(probes, "/static/a/b.css?x=1"));
  CHECK(Fits(probes, "/%73tatic/a"));
  CHECK(!Fits(probes, "/static/../admin"));
  CHECK(!Fits(probes, "/static/%2e%2e/admin"));
  CHECK(!Fits(probes, "/x/static/a"));
  CHECK(Fits(OfPath("./healthz"), "/healthz"));
  CHECK(!Fits(OfPath("./healthz"), "/a/healthz"));
  CHECK(Fits(OfPath("*.css"), "/a/b.css"));
  CHECK(Fits(OfPath("./"), "/"));
}

TEST("of a request that was broken nothing can be said") {
  std::string scratch;
  CHECK(!OfPath("**").FitsRequest(nullptr, &scratch));
  Condition condition;
  condition.values.push_back(Test("http_x", log::ValueTest::Kind::kAbsent));
  CHECK(!condition.FitsRequest(nullptr, &scratch));
  condition.values.clear();
  condition.classes = 1u << 4;
  CHECK(condition.FitsRequest(nullptr, &scratch));
}

TEST("values of the request are there, absent, or like a text, and all of them must hold") {
  Condition condition;
  condition.values.push_back(Test("http_user_agent", log::ValueTest::Kind::kLike, "probe/*"));
  log::Record record;
  record.user_agent = "probe/1";
  std::string scratch;
  CHECK(condition.FitsAnswer(record, &scratch));
  record.user_agent = "curl";
  CHECK(!condition.FitsAnswer(record, &scratch));
  condition.values = {Test("http_host", log::ValueTest::Kind::kPresent), Test("arg_x", log::ValueTest::Kind::kAbsent)};
  CHECK(Fits(condition, "/"));
  CHECK(!Fits(condition, "/?x=1"));
}

TEST("answers fit by lane, by class or status, and by their time") {
  Condition condition;
  condition.lanes = {"view", "proxy"};
  condition.classes = 1u << 5;
  condition.statuses = {404};
  condition.slower_us = 1000;
  log::Record record;
  record.lane = "view";
  record.status = 500;
  record.duration_us = 1001;
  std::string scratch;
  CHECK(condition.FitsAnswer(record, &scratch));
  record.status = 404;
  CHECK(condition.FitsAnswer(record, &scratch));
  record.status = 403;
  CHECK(!condition.FitsAnswer(record, &scratch));
  record.status = 500;
  record.duration_us = 1000;
  CHECK(!condition.FitsAnswer(record, &scratch));
  record.duration_us = 1001;
  record.lane = "file";
  CHECK(!condition.FitsAnswer(record, &scratch));
}
