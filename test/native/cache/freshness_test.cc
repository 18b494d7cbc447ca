#include "native/cache/freshness.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

constexpr int64_t kWall = 1700000000;  // Tue, 14 Nov 2023 22:13:20 GMT

Verdict Of(std::string_view fields, const Rule& rule = {}, uint16_t status = 200, const RequestFacts& request = {}) {
  return Judge(request, ReadResponse(status, fields), rule, kWall, 0);
}

Rule ForViews() {
  Rule rule;
  rule.explicit_only = true;
  return rule;
}

TEST("s-maxage goes before max-age, and that before Expires") {
  CHECK_EQ(Of("Cache-Control: max-age=5, s-maxage=60\r\n").lifetime_s, 60);
  CHECK_EQ(Of("Expires: Tue, 14 Nov 2023 23:13:20 GMT\r\nCache-Control: max-age=5\r\n").lifetime_s, 5);
}

TEST("Expires counts from Date") {
  const Verdict verdict = Of("Expires: Tue, 14 Nov 2023 22:14:20 GMT\r\nDate: Tue, 14 Nov 2023 22:13:10 GMT\r\n");
  CHECK_EQ(verdict.lifetime_s, 70);
  CHECK_EQ(verdict.initial_age_s, 10);
}

TEST("an Expires that is no date is long ago") { CHECK(!Of("Expires: 0\r\n").storable); }

TEST("Age and a Date in the past are both age, the greater one counts") {
  CHECK_EQ(Of("Age: 30\r\nDate: Tue, 14 Nov 2023 22:13:10 GMT\r\nCache-Control: max-age=60\r\n").initial_age_s, 30);
  CHECK_EQ(Of("Age: 3,40\r\nCache-Control: max-age=60\r\n").initial_age_s, 3);
}

TEST("an Age that is no number, or comes twice, makes the response stale") {
  for (const std::string_view age : {"x", "-1", "1.5", "3;a=b", "3, x", ""}) {
    const std::string fields = "Age: " + std::string(age) + "\r\nCache-Control: max-age=60\r\n";
    CHECK(!Of(fields).storable);
  }
  CHECK(!Of("Age: 0\r\nAge: 0\r\nCache-Control: max-age=60\r\n").storable);
}

TEST("nothing is stored of what says no-store, private, Vary: *, sets a cookie or is a part") {
  CHECK(Of("Cache-Control: max-age=60\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60, no-store\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60, private\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60\r\nVary: Accept, *\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60\r\n", {}, 206).storable);
  CHECK(!Of("Cache-Control: max-age=60, public\r\nContent-Range: bytes 0-1/2\r\n", ForViews()).storable);
}

TEST("a cookie does not hinder where the field is withheld or the rule stores it") {
  Rule rule;
  rule.stores_cookies = true;
  CHECK(Of("Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\n", rule).storable);
  CHECK(Of("Cache-Control: max-age=60, no-cache=\"set-cookie\"\r\nSet-Cookie: a=b\r\n").storable);
}

TEST("CDN-Cache-Control stands in the place of Cache-Control and Expires, where it can be read") {
  CHECK_EQ(Of("Cache-Control: no-store\r\nCDN-Cache-Control: max-age=60\r\n").lifetime_s, 60);
  CHECK_EQ(Of("Expires: Tue, 14 Nov 2023 23:13:20 GMT\r\nCDN-Cache-Control: max-age=5\r\n").lifetime_s, 5);
  CHECK_EQ(Of("Cache-Control: max-age=7\r\nCDN-Cache-Control: max-age=60,\r\n").lifetime_s, 7);
  CHECK_EQ(Of("Cache-Control: max-age=7\r\nCDN-Cache-Control:\r\n").lifetime_s, 7);
}

TEST("Surrogate-Control stands behind CDN-Cache-Control and before Cache-Control, but not for another target") {
  CHECK_EQ(Of("Cache-Control: max-age=7\r\nSurrogate-Control: max-age=60\r\n").lifetime_s, 60);
  CHECK_EQ(Of("CDN-Cache-Control: max-age=5\r\nSurrogate-Control: max-age=60\r\n").lifetime_s, 5);
  CHECK_EQ(Of("Cache-Control: max-age=7\r\nSurrogate-Control: max-age=60;other\r\n").lifetime_s, 7);
  CHECK_EQ(Of("Cache-Control: no-store\r\nSurrogate-Control: max-age=60;fastserve\r\n").lifetime_s, 60);
  CHECK_EQ(Of("Surrogate-Control: max-age=5, no-store;other, max-age=60 ; fastserve\r\n").lifetime_s, 60);
  CHECK_EQ(Of("Surrogate-Control: max-age=5, max-age=60;fastserve2\r\n").lifetime_s, 5);
  CHECK(!Of("Cache-Control: max-age=7\r\nSurrogate-Control: no-store\r\n").storable);
}

TEST("a request with Authorization needs a response that is for all") {
  RequestFacts request;
  request.has_authorization = true;
  CHECK(!Of("Cache-Control: max-age=60\r\n", {}, 200, request).storable);
  CHECK(Of("Cache-Control: max-age=60, public\r\n", {}, 200, request).storable);
  CHECK(Of("Cache-Control: s-maxage=60\r\n", {}, 200, request).storable);
  CHECK(Of("Cache-Control: max-age=60, must-revalidate\r\n", {}, 200, request).storable);
}

TEST("without a lifetime nothing is guessed unless asked for") {
  constexpr std::string_view kOld = "Last-Modified: Sun, 05 Nov 2023 22:13:20 GMT\r\n";  // nine days
  CHECK_EQ(Of(kOld).lifetime_s, 0);
  Rule rule;
  rule.heuristic = true;
  CHECK_EQ(Of(kOld, rule).lifetime_s, 77760);
  CHECK_EQ(Of(kOld, rule, 201).lifetime_s, 0);
}

TEST("a lifetime of the configuration is for its status, where the response has none") {
  Rule rule;
  rule.lifetimes = {{404, 10}};
  CHECK_EQ(Of("", rule, 404).lifetime_s, 10);
  CHECK(!Of("", rule, 200).storable);
  CHECK_EQ(Of("Cache-Control: max-age=1\r\n", rule, 404).lifetime_s, 1);
}

TEST("of views only what says that it is for all is stored") {
  CHECK(!Of("Cache-Control: max-age=60\r\n", ForViews()).storable);
  CHECK(Of("Cache-Control: max-age=60, public\r\n", ForViews()).storable);
  CHECK(Of("Cache-Control: s-maxage=60\r\n", ForViews()).storable);
  CHECK(Of("Cache-Control: max-age=60\r\nX-Accel-Expires: 60\r\n", ForViews()).storable);
}

TEST("a view's page that depends on cookies is not stored") {
  CHECK(!Of("X-Accel-Expires: 60\r\nVary: Accept, Cookie\r\n", ForViews()).storable);
}

TEST("must-understand overrules no-store for a status that is understood") {
  CHECK(Of("Cache-Control: max-age=60, no-store, must-understand\r\n").storable);
  CHECK(!Of("Cache-Control: max-age=60, must-understand\r\n", {}, 299).storable);
}

Entry Stored(int64_t lifetime_s) {
  Entry entry;
  entry.lifetime_s = lifetime_s;
  return entry;
}

TEST("an entry is fresh until its lifetime has passed") {
  const Entry entry = Stored(60);
  CHECK(UseOf(entry, {}, {}, 59'999) == Use::kFresh);
  CHECK(UseOf(entry, {}, {}, 60'000) == Use::kRevalidate);
}

TEST("stale-while-revalidate lets a stale entry answer for its time") {
  Entry entry = Stored(60);
  entry.stale_while_revalidate_s = 10;
  CHECK(UseOf(entry, {}, {}, 69'999) == Use::kStale);
  CHECK(UseOf(entry, {}, {}, 70'000) == Use::kRevalidate);
  entry.must_revalidate = true;
  CHECK(UseOf(entry, {}, {}, 61'000) == Use::kRevalidate);
}

TEST("a request's max-age, min-fresh, max-stale and no-cache are obeyed where the rule says so") {
  const Entry entry = Stored(60);
  RequestFacts request;
  request.directives.max_age = 10;
  CHECK(UseOf(entry, request, {}, 10'000) == Use::kFresh);
  CHECK(UseOf(entry, request, {}, 11'000) == Use::kRevalidate);
  CHECK(UseOf(entry, request, ForViews(), 11'000) == Use::kRevalidate);
  Rule deaf;
  deaf.obeys_requests = false;
  CHECK(UseOf(entry, request, deaf, 11'000) == Use::kFresh);
  request = {};
  request.directives.min_fresh = 30;
  CHECK(UseOf(entry, request, {}, 31'000) == Use::kRevalidate);
  request = {};
  request.directives.max_stale = 5;
  CHECK(UseOf(entry, request, {}, 64'000) == Use::kStale);
  CHECK(UseOf(entry, request, {}, 66'000) == Use::kRevalidate);
}

TEST("a stored error does not answer in the place of a new one") {
  Entry entry = Stored(60);
  entry.stale_if_error_s = 100;
  entry.status = 503;
  CHECK(!MayAnswerAfterError(entry, 61'000));
}

TEST("after an error a stale entry answers for stale-if-error, but never when it must be validated") {
  Entry entry = Stored(60);
  entry.stale_if_error_s = 100;
  CHECK(MayAnswerAfterError(entry, 159'000));
  CHECK(!MayAnswerAfterError(entry, 160'000));
  entry.must_revalidate = true;
  CHECK(!MayAnswerAfterError(entry, 61'000));
}

TEST("a Vary with more names than are looked for in every request is taken for one with an asterisk") {
  const auto naming = [](size_t count) {
    std::string fields = "Cache-Control: max-age=60\r\nVary: ";
    for (size_t i = 0; i < count; ++i) fields.append("x-").append(std::to_string(i)).append(",");
    return fields.append("\r\nVary: X-0\r\n");
  };
  CHECK(Of(naming(kMaxVaryNames)).storable);
  CHECK(!Of(naming(kMaxVaryNames + 1)).storable);
}

TEST("an answer that depends on the client's address is nobody else's") {
  for (const char* name : {"Forwarded", "x-real-ip", "Accept, X-Forwarded-For"}) {
    CHECK(!Of("Cache-Control: max-age=60\r\nVary: " + std::string(name) + "\r\n").storable);
  }
  CHECK(Of("Cache-Control: max-age=60\r\nVary: X-Forwarded-Proto\r\n").storable);
}

TEST("a stored answer keeps its fields but for those that a cache makes anew") {
  const std::string fields = "Content-Range: bytes 0-4/10\r\nAge: 3\r\nX-A: b\r\n";
  CHECK_EQ(StoredFields(ReadResponse(200, fields), {}, fields), "Content-Range: bytes 0-4/10\r\nX-A: b\r\n");
}

TEST("what peers choose the size of counts against the budget") {
  Entry entry;
  const size_t empty = entry.Weight();
  entry.tags = {std::string(1000, 't')};
  entry.vary = {{"user-agent", std::string(1000, 'v')}};
  entry.etag = std::string(1000, 'e');
  CHECK(entry.Weight() >= empty + 3000);
}

}  // namespace
}  // namespace fastserve::cache
