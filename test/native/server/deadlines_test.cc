// When exchanges are due: by limits, and by the word of their clients.
#include "native/server/connection/deadlines.h"

#include <string>

#include "native/server/connection/exchange.h"
#include "test/native/testing.h"

namespace fastserve::server {
namespace {

Exchange Named(char name, int64_t client_deadline_ms = 0) {
  Exchange exchange;
  exchange.slot = static_cast<uint32_t>(name);
  exchange.client_deadline_ms = client_deadline_ms;
  return exchange;
}

std::string TakeAll(Deadlines& deadlines, int64_t now_ms) {
  std::string names;
  while (const Exchange* exchange = deadlines.TakeDue(now_ms)) names.push_back(static_cast<char>(exchange->slot));
  return names;
}

TEST("what is armed with equal limits is due in its order") {
  Deadlines deadlines;
  Exchange a = Named('a'), b = Named('b');
  deadlines.Arm(&a, 100, 0);
  deadlines.Arm(&b, 100, 10);
  CHECK_EQ(deadlines.NextMs(20), 80);
  CHECK_EQ(TakeAll(deadlines, 99), std::string());
  CHECK_EQ(TakeAll(deadlines, 110), std::string("ab"));
}

TEST("what clients give is due at their time, whatever the order") {
  Deadlines deadlines;
  Exchange a = Named('a', 70), b = Named('b', 30), c = Named('c', 50);
  for (Exchange* each : {&a, &b, &c}) deadlines.Arm(each, 100, 0);
  CHECK_EQ(deadlines.NextMs(10), 20);
  CHECK_EQ(TakeAll(deadlines, 60), std::string("bc"));
  CHECK_EQ(TakeAll(deadlines, 70), std::string("a"));
  CHECK_EQ(deadlines.NextMs(70), -1);
}

TEST("a client cannot lengthen a limit, but gives one where there is none") {
  Deadlines deadlines;
  Exchange a = Named('a', 500), b = Named('b', 500);
  deadlines.Arm(&a, 100, 0);
  deadlines.Arm(&b, 0, 0);
  CHECK_EQ(TakeAll(deadlines, 100), std::string("a"));
  CHECK_EQ(deadlines.NextMs(100), 400);
  CHECK_EQ(TakeAll(deadlines, 500), std::string("b"));
}

TEST("what is disarmed is never due, and can be armed again") {
  Deadlines deadlines;
  Exchange a = Named('a', 30), b = Named('b');
  for (Exchange* each : {&a, &b}) deadlines.Arm(each, 100, 0);
  for (Exchange* each : {&a, &b}) deadlines.Disarm(each);
  CHECK_EQ(deadlines.NextMs(0), -1);
  for (Exchange* each : {&a, &b}) deadlines.Arm(each, 100, 10);
  CHECK_EQ(TakeAll(deadlines, 200), std::string("ba"));
}

}  // namespace
}  // namespace fastserve::server
