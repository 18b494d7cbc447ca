#include "native/compress/media_type.h"

#include "native/compress/policy.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::compress;

TEST("compress: a pattern is a type, all types of a kind, or all with a suffix") {
  CHECK(MatchesMediaType("text/html", "text/html"));
  CHECK(!MatchesMediaType("text/html", "text/html5"));
  CHECK(MatchesMediaType("text/*", "text/css"));
  CHECK(!MatchesMediaType("text/*", "text/"));
  CHECK(!MatchesMediaType("text/*", "image/png"));
  CHECK(MatchesMediaType("application/*+json", "application/ld+json"));
  CHECK(!MatchesMediaType("application/*+json", "application/json"));
  CHECK(!MatchesMediaType("application/*+json", "application/+json"));
}

TEST("compress: parameters and case of a type do not count") {
  CHECK(MatchesMediaType("text/html", "Text/HTML; charset=utf-8"));
  CHECK(MatchesMediaType("text/*", "text/plain ;format=flowed"));
}

TEST("compress: a policy covers its types within its sizes, and nothing without a coding") {
  Policy policy{.codings = {http::Coding::kGzip}, .types = {"text/*"}, .min_bytes = 100, .max_bytes = 200};
  CHECK(policy.Covers("text/css", 100));
  CHECK(policy.Covers("text/css", 200));
  CHECK(!policy.Covers("text/css", 99));
  CHECK(!policy.Covers("text/css", 201));
  CHECK(!policy.Covers("image/png", 150));
  policy.codings.clear();
  CHECK(!policy.Covers("text/css", 150));
}
