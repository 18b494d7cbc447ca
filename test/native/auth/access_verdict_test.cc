#include "native/auth/access_verdict.h"

#include <memory>
#include <string>

#include "test/native/testing.h"

using namespace fastserve;

namespace {

std::shared_ptr<const auth::AccessVerdict> Saying(uint16_t status) {
  return std::make_shared<auth::AccessVerdict>(auth::AccessVerdict{status, "", "", true});
}

}  // namespace

TEST("a verdict is found for the same question until its time is over") {
  auth::VerdictStore store;
  store.Keep("cookie=1", Saying(401), 100);
  REQUIRE(store.Find("cookie=1", 99) != nullptr);
  CHECK_EQ(store.Find("cookie=1", 99)->status, 401);
  CHECK(store.Find("cookie=1", 100) == nullptr);
  CHECK(store.Find("cookie=2", 0) == nullptr);
}

TEST("a newer verdict takes the place of an older one") {
  auth::VerdictStore store;
  store.Keep("a", Saying(0), 100);
  store.Keep("a", Saying(403), 200);
  CHECK_EQ(store.size(), size_t{1});
  CHECK_EQ(store.Find("a", 150)->status, 403);
}

TEST("a full store forgets the oldest verdict, and never grows") {
  auth::VerdictStore store;
  for (size_t i = 0; i < auth::VerdictStore::kMaxVerdicts + 10; ++i) store.Keep(std::to_string(i), Saying(0), 100);
  CHECK_EQ(store.size(), auth::VerdictStore::kMaxVerdicts);
  CHECK(store.Find("9", 0) == nullptr);
  CHECK(store.Find("10", 0) != nullptr);
}
