// X-Accel-Limit-Rate, and what it changes.
#include "native/http/response/bandwidth.h"

#include <string>

#include "native/http/response/response_head.h"
#include "test/native/testing.h"

namespace fastserve::http {

namespace {

std::string Parsed(std::string_view value) {
  LimitRate rate;
  if (!ParseLimitRate(value, &rate)) return "none";
  return std::to_string(rate.bytes_per_s) + "/" + std::to_string(rate.after);
}

}  // namespace

TEST("a limit is bytes in a second, and where it begins") {
  CHECK_EQ(Parsed("102400"), "102400/-1");
  CHECK_EQ(Parsed("102400; after=1048576"), "102400/1048576");
  CHECK_EQ(Parsed("1;After=0"), "1/0");
  CHECK_EQ(Parsed("off"), "0/-1");
  CHECK_EQ(Parsed("0"), "0/-1");
}

TEST("a limit beyond reason is the largest one") {
  CHECK_EQ(Parsed("9223372036854775807"), "1099511627776/-1");
}

TEST("what is no limit changes nothing") {
  for (const char* wrong : {"", "fast", "-1", "1k", "1.5", "1;", "1;after", "1;after=", "1;after=x", "1;before=2", "1;after=1;after=2"}) {
    CHECK_EQ(Parsed(wrong), "none");
  }
}

TEST("an answer's word goes before what was set, each part for itself") {
  Bandwidth bandwidth{100, 50};
  bandwidth.Apply({200, LimitRate::kUnsaid});
  CHECK_EQ(bandwidth.bytes_per_s, 200u);
  CHECK_EQ(bandwidth.after, 50u);
  bandwidth.Apply({0, 10});
  CHECK(!bandwidth.limited());
  CHECK_EQ(bandwidth.after, 10u);
}

TEST("the line is taken out of an application's fields, whatever it says, and stays where nobody asks for it") {
  int64_t declared = 0;
  LimitRate rate;
  std::string out;
  const std::string_view block = "A: 1\r\nx-accel-limit-rate: 512\r\nB: 2\r\nX-Accel-Limit-Rate: nonsense\r\n";
  CHECK(AppendCheckedFields(block, &out, &declared, &rate) == FieldBlockStatus::kOk);
  CHECK_EQ(out, "A: 1\r\nB: 2\r\n");
  CHECK_EQ(rate.bytes_per_s, 512);
  out.clear();
  CHECK(AppendCheckedFields(block, &out, &declared) == FieldBlockStatus::kOk);
  CHECK_EQ(out, block);
}

}  // namespace fastserve::http
