#include "native/template/hash.h"

#include <set>
#include <string>

#include "test/native/testing.h"

using namespace fastserve::templates;

TEST("a hash changes with every byte, with the length and with the key") {
  std::set<uint64_t> hashes;
  const std::string text(200, 'a');
  for (size_t length = 0; length <= text.size(); ++length) hashes.insert(HashBytes(std::string_view(text).substr(0, length), 1));
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char byte : {'b', '\0', '\xe1'}) {
      std::string changed = text;
      changed[at] = byte;
      hashes.insert(HashBytes(changed, 1));
    }
  }
  hashes.insert(HashBytes(text, 2));
  CHECK_EQ(hashes.size(), size_t{201 + 600 + 1});
  CHECK_EQ(HashBytes(text, 1), HashBytes(std::string(text), 1));
}

TEST("trailing zero bytes change a hash") {
  CHECK(HashBytes(std::string("a\0", 2), 1) != HashBytes("a", 1));
  CHECK(HashBytes(std::string(64, '\0'), 1) != HashBytes(std::string(128, '\0'), 1));
}
