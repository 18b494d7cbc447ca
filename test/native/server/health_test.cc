// What probes hear of the server.
#include "native/server/lanes/health.h"

#include "test/native/testing.h"

using namespace fastserve::server;

namespace {

const HealthPaths kPaths{"/livez", "/readyz", "/startupz"};

uint16_t StatusOf(std::string_view path, bool has_workers, bool stopping, Readiness* readiness) {
  return AnswerHealth(kPaths, path, has_workers, stopping, readiness).status;
}

}  // namespace

TEST("a path that is none of the three is not answered, nor is an empty one") {
  Readiness readiness;
  CHECK_EQ(StatusOf("/live", true, false, &readiness), 0);
  CHECK_EQ(StatusOf("/livez/", true, false, &readiness), 0);
  CHECK_EQ(AnswerHealth({"/livez", "", ""}, "", true, false, &readiness).status, 0);
}

TEST("readiness ends with the workers, with a stop and with the host's word; liveness does not") {
  Readiness readiness;
  CHECK_EQ(StatusOf("/readyz", true, false, &readiness), 200);
  CHECK_EQ(StatusOf("/readyz", false, false, &readiness), 503);
  CHECK_EQ(StatusOf("/readyz", true, true, &readiness), 503);
  readiness.wanted = false;
  CHECK_EQ(StatusOf("/readyz", true, false, &readiness), 503);
  CHECK_EQ(StatusOf("/livez", false, true, &readiness), 200);
}

TEST("start-up is over once the server was ready, whatever comes then") {
  Readiness readiness;
  CHECK_EQ(StatusOf("/startupz", false, false, &readiness), 503);
  CHECK_EQ(StatusOf("/startupz", true, false, &readiness), 200);
  CHECK_EQ(StatusOf("/startupz", false, true, &readiness), 200);
}
