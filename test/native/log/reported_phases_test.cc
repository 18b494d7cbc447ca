#include "native/log/reported_phases.h"

#include "test/native/testing.h"

using fastserve::log::ReadReportedPhases;

TEST("phases of one kind are added up, on both sides of the view") {
  const auto phases = ReadReportedPhases(
      "handler\t\t100\t900\ncpu\t250\nmiddleware\tsession\t100\t120\nmiddleware\tcsrf\t120\t125\nview\tdetail\t130\t400\n"
      "context\t\t400\t410\ntemplate\ta.html\t410\t600\nresponse\tsession\t600\t605\n");
  CHECK_EQ(phases.middleware_us, 30);
  CHECK_EQ(phases.view_us, 270);
  CHECK_EQ(phases.context_us, 10);
  CHECK_EQ(phases.render_us, 190);
  CHECK_EQ(phases.cpu_us, 250);
}

TEST("what is no phase is passed over") {
  const auto phases = ReadReportedPhases("view\tx\t10\n\nview\tx\ta\tb\nview\tx\t20\t10\ntrace\tabc\tdef\ncpu\tmany\nview\tx\t0\t999999999999999");
  CHECK_EQ(phases.view_us, -1);
  CHECK_EQ(phases.cpu_us, -1);
  CHECK_EQ(ReadReportedPhases("").view_us, -1);
}
