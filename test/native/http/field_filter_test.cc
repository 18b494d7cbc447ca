#include "native/http/fields/field_filter.h"

#include "test/native/testing.h"

namespace {

using namespace fastserve::http;

TEST("without names everything passes") {
  CHECK(!FieldFilter().on());
  CHECK(!FieldFilter().Withholds("X-Anything"));
}

TEST("what is hidden is withheld, in any case of letters") {
  const FieldFilter filter({"x-cluster"}, std::nullopt);
  CHECK(filter.on());
  CHECK(filter.Withholds("X-Cluster"));
  CHECK(!filter.Withholds("X-Clusters"));
  CHECK(!filter.Withholds("Set-Cookie"));
}

TEST("with a list of what passes, nothing else does but what answers need") {
  const FieldFilter filter({}, std::vector<std::string>{"x-total"});
  for (const char* name : {"X-Total", "Content-Type", "content-security-policy", "ETag", "Cache-Control", "Location", "WWW-Authenticate", "Vary"}) {
    CHECK(!filter.Withholds(name));
  }
  for (const char* name : {"X-Debug", "Set-Cookie", "Link", "Content", "Alt-Svc", ""}) CHECK(filter.Withholds(name));
}

TEST("an empty list of what passes withholds all that is not needed") {
  const FieldFilter filter({}, std::vector<std::string>{});
  CHECK(filter.on());
  CHECK(filter.Withholds("X-Total"));
  CHECK(!filter.Withholds("Content-Length"));
}

TEST("what is hidden does not pass because it is listed or needed") {
  const FieldFilter filter({"etag", "x-total"}, std::vector<std::string>{"x-total"});
  CHECK(filter.Withholds("ETag"));
  CHECK(filter.Withholds("X-Total"));
}

}  // namespace
