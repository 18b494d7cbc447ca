#include "native/cache/directives.h"

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

Directives Read(std::string_view value) {
  Directives directives;
  ReadDirectives(value, &directives);
  return directives;
}

TEST("directives have any case and blanks around commas") {
  const Directives read = Read(" No-Store ,\tPUBLIC,max-age=60");
  CHECK(read.no_store);
  CHECK(read.is_public);
  CHECK_EQ(read.max_age, 60);
}

TEST("a number may be quoted") { CHECK_EQ(Read("max-age=\"60\"").max_age, 60); }

TEST("of several values the first counts") { CHECK_EQ(Read("max-age=1, max-age=3600").max_age, 1); }

TEST("what is no number makes a response stale") {
  CHECK_EQ(Read("max-age=abc").max_age, 0);
  CHECK_EQ(Read("max-age=-1").max_age, 0);
  CHECK_EQ(Read("max-age=1.5").max_age, 0);
  CHECK_EQ(Read("max-age = 100").max_age, kAbsent);
  CHECK_EQ(Read("max-age=").max_age, 0);
  CHECK_EQ(Read("max-age").max_age, 0);
}

TEST("a number beyond all time is a long time") { CHECK_EQ(Read("max-age=99999999999999999999999").max_age, kMaxDeltaSeconds); }

TEST("what stands in quotes is no directive") {
  const Directives read = Read("foo=\"no-store, max-age=1\", max-age=60");
  CHECK(!read.no_store);
  CHECK_EQ(read.max_age, 60);
}

TEST("an escaped quote does not end a quoted string") { CHECK(!Read("foo=\"\\\", no-store\"").no_store); }

TEST("private and no-cache with names withhold fields and nothing else") {
  const Directives read = Read("private=\"Set-Cookie, X-User\", no-cache=\"etag\"");
  CHECK(!read.is_private);
  CHECK(!read.no_cache);
  REQUIRE(read.withheld_fields.size() == 3);
  CHECK_EQ(read.withheld_fields[1], std::string("x-user"));
}

TEST("max-stale without a number accepts any age") { CHECK_EQ(Read("max-stale").max_stale, kMaxDeltaSeconds); }

TEST("a name that only begins like a directive is another one") {
  const Directives read = Read("max-aged=1, no-storey");
  CHECK_EQ(read.max_age, kAbsent);
  CHECK(!read.no_store);
}

}  // namespace
}  // namespace fastserve::cache
