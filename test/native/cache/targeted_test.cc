#include "native/cache/targeted.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

bool Reads(std::string_view value, Directives* directives) {
  *directives = {};
  return ReadTargetedDirectives(value, directives);
}

TEST("flags and seconds are read from a dictionary") {
  Directives read;
  CHECK(Reads("max-age=60, must-revalidate, no-store=?0, stale-if-error=5;x=1", &read));
  CHECK_EQ(read.max_age, 60);
  CHECK(read.must_revalidate && !read.no_store);
  CHECK_EQ(read.stale_if_error, 5);
}

TEST("of a key that comes twice the last one counts") {
  Directives read;
  CHECK(Reads("max-age=60, max-age=5", &read));
  CHECK_EQ(read.max_age, 5);
}

TEST("a value of another type makes its directive count as absent, and a named field the whole response") {
  Directives read;
  CHECK(Reads("max-age=\"60\", s-maxage=1.5, stale-if-error=-1, private=\"a\"", &read));
  CHECK_EQ(read.max_age, kAbsent);
  CHECK_EQ(read.s_maxage, kAbsent);
  CHECK_EQ(read.stale_if_error, kAbsent);
  CHECK(read.is_private);
}

TEST("what is no dictionary is not read at all") {
  Directives read;
  for (const std::string_view value :
       {"", " ", "max-age=60,", ",max-age=60", "Max-Age=60", "max-age =60", "max-age= 60", "max-age=60 x", "a=\"b", "a=?2",
        "a=:x", "a=(1", "a=1234567890123456", "a=1.2345", "a=;", "a;", "a=\"\\x\""}) {
    CHECK(!Reads(value, &read));
  }
}

TEST("other keys and items are passed over") {
  Directives read;
  CHECK(Reads("a=(1 \"x\";y=tok), b=:aGk=:, *c=*t/x, d=\"q\\\"\", max-age=1", &read));
  CHECK_EQ(read.max_age, 1);
}

}  // namespace
}  // namespace fastserve::cache
