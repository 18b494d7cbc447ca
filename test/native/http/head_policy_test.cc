#include "native/http/response/head_policy.h"

#include "test/native/testing.h"

using fastserve::http::HeadPolicy;

namespace {

std::string Applied(const HeadPolicy& policy, std::string_view fields) {
  std::string out;
  policy.Apply(fields, &out);
  return out;
}

}  // namespace

TEST("fields are added where an answer has none of the name") {
  const HeadPolicy policy({"X-A: 1\r\n", "X-B: 2\r\n"}, false);
  CHECK(policy.on());
  CHECK_EQ(Applied(policy, "x-b: own\r\nC: 3\r\n"), "x-b: own\r\nC: 3\r\nX-A: 1\r\n");
  CHECK_EQ(Applied(policy, ""), "X-A: 1\r\nX-B: 2\r\n");
}

TEST("what tells of the software behind is dropped, whatever its case") {
  const HeadPolicy policy({}, true);
  CHECK_EQ(Applied(policy, "SERVER: x\r\nX-Powered-By: y\r\nVia: 1.1 z\r\nX-Server-Time: 1\r\n"), "X-Server-Time: 1\r\n");
  CHECK(!HeadPolicy().on());
}
