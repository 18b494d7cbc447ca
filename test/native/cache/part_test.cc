#include "native/cache/part.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

const std::string kWhole = "0123456789";

std::string Read(std::string_view value) {
  uint64_t length = 0;
  const std::optional<Part> part = ReadContentRange(value, &length);
  return part ? std::to_string(part->first) + "+" + std::to_string(length) + "/" + std::to_string(part->total) : "none";
}

// What [begin, end) of kWhole becomes with an older part; "no" where they are not put together.
std::string Combined(uint64_t begin, uint64_t end, uint64_t older_begin, uint64_t older_end, size_t most = 100) {
  PartContent newer{{begin, kWhole.size()}, kWhole.substr(begin, end - begin)};
  const std::string older(older_end - older_begin, 'o');
  if (!Combine({older_begin, kWhole.size()}, older, most, &newer)) return "no";
  return std::to_string(newer.part.first) + ":" + newer.bytes;
}

TEST("a Content-Range says which part it is") {
  CHECK_EQ(Read("bytes 0-4/10"), "0+5/10");
  CHECK_EQ(Read("Bytes 9-9/10"), "9+1/10");
  CHECK_EQ(Read("bytes 0-9223372036854775806/9223372036854775807"), "none");  // everything
  for (const char* value : {"", "bytes", "bytes */10", "bytes 0-4/*", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9/10", "lines 0-4/10",
                            "bytes 0-4", "bytes -4/10", "bytes 0-/10", "bytes 0 -4/10", "bytes 0-4/10, 5-6/10",
                            "bytes 0-4/99999999999999999999"}) {
    CHECK_EQ(Read(value), "none");
  }
}

TEST("parts that overlap or touch are put together, and the newer bytes count") {
  CHECK_EQ(Combined(0, 5, 5, 10), "0:01234ooooo");
  CHECK_EQ(Combined(5, 10, 0, 5), "0:ooooo56789");
  CHECK_EQ(Combined(2, 6, 0, 4), "0:oo2345");
  CHECK_EQ(Combined(2, 6, 4, 8), "2:2345oo");
  CHECK_EQ(Combined(2, 8, 4, 6), "2:234567");
  CHECK_EQ(Combined(4, 6, 2, 8), "2:oo45oo");
}

TEST("parts with a gap, of wholes of another length, or of more than there is room for are not") {
  CHECK_EQ(Combined(0, 4, 5, 10), "no");
  CHECK_EQ(Combined(6, 9, 0, 5), "no");
  CHECK_EQ(Combined(0, 5, 5, 10, 9), "no");
  PartContent newer{{0, 10}, "01234"};
  CHECK(!Combine({5, 11}, "oooooo", 100, &newer));
  CHECK_EQ(newer.bytes, "01234");
}

TEST("a part has the ranges within it") {
  const Part part{10, 100};
  CHECK(part.Has(5, 10, 5));
  CHECK(part.Has(5, 14, 1));
  CHECK(!part.Has(5, 9, 2));
  CHECK(!part.Has(5, 14, 2));
}

}  // namespace
}  // namespace fastserve::cache
