#include "native/files/names/location.h"

#include "test/native/testing.h"

namespace {
std::string Location(std::string_view path) {
  std::string out;
  fastserve::files::AppendDirectoryLocation(path, false, "", &out);
  return out;
}
std::string LocationWithQuery(std::string_view query) {
  std::string out;
  fastserve::files::AppendDirectoryLocation("/d", true, query, &out);
  return out;
}
}  // namespace

TEST("files: a redirect appends the slash and leaves path characters as they are") {
  CHECK_EQ(Location("/static/dir"), "/static/dir/");
  CHECK_EQ(Location("/a-b._~!$&'()*+,;=:@c"), "/a-b._~!$&'()*+,;=:@c/");
}

TEST("files: a redirect encodes everything else") {
  CHECK_EQ(Location("/a b%c?d#e\"<>\\"), "/a%20b%25c%3Fd%23e%22%3C%3E%5C/");
  CHECK_EQ(Location("/\xC3\xBC"), "/%C3%BC/");
}

TEST("files: a redirect never names another host") {
  CHECK_EQ(Location("//evil.example"), "/%2Fevil.example/");
  CHECK_EQ(Location("///evil.example"), "/%2F/evil.example/");
  CHECK_EQ(Location("/\\evil.example"), "/%5Cevil.example/");
  CHECK_EQ(Location("/\t/evil.example"), "/%09/evil.example/");
}

TEST("files: no byte of a path or query can end the field") {
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    for (const std::string& location : {Location("/" + byte), LocationWithQuery(byte)}) {
      for (const char out : location) CHECK(out > ' ' && out < 0x7F);
    }
  }
}

TEST("files: a redirect keeps the query as it was sent") {
  CHECK_EQ(LocationWithQuery("a=b&c=%20d"), "/d/?a=b&c=%20d");
  CHECK_EQ(LocationWithQuery(""), "/d/?");
}

TEST("files: a segment in a link holds unreserved characters and escapes only") {
  std::string segment;
  fastserve::files::AppendEncodedSegment("a-b_c.d~9 /?#%:&\"'<>\xFF\n", &segment);
  CHECK_EQ(segment, "a-b_c.d~9%20%2F%3F%23%25%3A%26%22%27%3C%3E%FF%0A");
}
