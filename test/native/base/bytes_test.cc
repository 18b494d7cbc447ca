#include "native/base/bytes.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::base {
namespace {

std::string Lower(std::string_view bytes) {
  std::string out(bytes.size() + 1, '#');
  char* const end = PutLower(out.data(), bytes);
  return *end == '#' ? out.substr(0, static_cast<size_t>(end - out.data())) : "written behind the end";
}

TEST("every byte becomes lower case as ToLowerAscii says, in every place") {
  for (int value = 0; value < 256; ++value) {
    const auto c = static_cast<char>(value);
    for (size_t at = 0; at < 20; ++at) {
      std::string text(20, 'Z');
      text[at] = c;
      std::string expected(20, 'z');
      expected[at] = ToLowerAscii(c);
      CHECK_EQ(Lower(text), expected);
    }
  }
}

TEST("two texts are equal but for case where all their bytes are, whatever their length and place") {
  for (size_t size = 1; size < 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      std::string a(size, 'q');
      std::string b(size, 'Q');
      CHECK(EqualsIgnoreCase(a, b));
      for (int value = 0; value < 256; ++value) {
        a[at] = static_cast<char>(value);
        CHECK_EQ(EqualsIgnoreCase(a, b), value == 'q' || value == 'Q');
      }
    }
  }
  CHECK(!EqualsIgnoreCase("abcdefgh", "abcdefghi"));
}

TEST("texts of any length are put whole") {
  std::string text;
  std::string expected;
  for (size_t size = 0; size < 40; ++size) {
    CHECK_EQ(Lower(text), expected);
    text.push_back(static_cast<char>('A' + size % 26));
    expected.push_back(static_cast<char>('a' + size % 26));
  }
}

}  // namespace
}  // namespace fastserve::base
