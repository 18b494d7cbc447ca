// Percent-decoding and dot segments (RFC 3986 2.1, 5.2.4).
#include <string>
#include <vector>

#include "native/http/grammar/path.h"
#include "test/native/testing.h"

namespace fastserve::http {

using namespace std::string_view_literals;

namespace {

// The normal form, or "bad".
std::string Normalize(std::string_view raw) {
  std::vector<char> out(raw.size());
  size_t length = 12345;
  switch (NormalizePath(raw, out.data(), &length)) {
    case PathStatus::kUnchanged:
      return std::string(raw);
    case PathStatus::kNormalized:
      return std::string(out.data(), length);
    case PathStatus::kBad:
      break;
  }
  return "bad";
}

PathStatus StatusOf(std::string_view raw) {
  std::vector<char> out(raw.size());
  size_t length = 0;
  return NormalizePath(raw, out.data(), &length);
}

}  // namespace

TEST("a path in normal form is left alone") {
  for (const char* path : {"/", "/a", "/a/", "//", "/a//b", "/.well-known/x", "/a.b", "/..a", "/...", "/a/.b./",
                           "/a\\..\\b", "/\\..\\..", "/a;x=../b"}) {
    CHECK_EQ(StatusOf(path), PathStatus::kUnchanged);
  }
}

TEST("escapes are decoded once, in either case") {
  CHECK_EQ(Normalize("/%41%6a%6A"), "/Ajj");
  CHECK_EQ(Normalize("/%252e%252e/x"), "/%2e%2e/x");
  CHECK_EQ(Normalize("/a%20b%2fc"), "/a b/c");
  CHECK_EQ(Normalize("/%c3%a9"), "/\xc3\xa9");
  CHECK_EQ(Normalize("/x%0d%0ay"), "/x\r\ny");
  CHECK_EQ(Normalize("/%5c..%5c"), "/\\..\\");
}

TEST("dot segments are removed") {
  CHECK_EQ(Normalize("/."), "/");
  CHECK_EQ(Normalize("/./"), "/");
  CHECK_EQ(Normalize("/a/."), "/a/");
  CHECK_EQ(Normalize("/a/.."), "/");
  CHECK_EQ(Normalize("/a/../"), "/");
  CHECK_EQ(Normalize("/a/b/.."), "/a/");
  CHECK_EQ(Normalize("/a/b/../c"), "/a/c");
  CHECK_EQ(Normalize("/a/./b/../../c/./d"), "/c/d");
  CHECK_EQ(Normalize("/aaaa/../b/./c"), "/b/c");
  CHECK_EQ(Normalize("/a/b/c/../../../d/.."), "/");
}

TEST("empty segments are segments") {
  CHECK_EQ(Normalize("//a/./b"), "//a/b");
  CHECK_EQ(Normalize("/a//../b"), "/a/b");
  CHECK_EQ(Normalize("//.."), "/");
  CHECK_EQ(Normalize("/a/..//b"), "//b");
}

TEST("escaped dots and slashes are dots and slashes") {
  CHECK_EQ(Normalize("/a/%2e%2e/b"), "/b");
  CHECK_EQ(Normalize("/a/.%2E/b"), "/b");
  CHECK_EQ(Normalize("/a%2f..%2fb"), "/b");
  CHECK_EQ(Normalize("/a/b%2f%2e%2e"), "/a/");
}

TEST("a path that climbs above the root is refused") {
  for (const char* path : {"/..", "/../", "/../etc/passwd", "/a/../..", "/a/../../b", "/%2e%2e/x", "/..%2fx", "/./..",
                           "/a/b/../../../c", "/%2e%2e%2f%2e%2e%2fetc/passwd", "/.%2e"}) {
    CHECK_EQ(Normalize(path), "bad");
  }
}

TEST("broken escapes and NUL are refused") {
  for (const char* path : {"/%", "/a%", "/%4", "/%zz", "/%4z", "/%z4", "/%%41", "/%00", "/a%00.txt", "/%u0041",
                           "/% 41"}) {
    CHECK_EQ(Normalize(path), "bad");
  }
}

TEST("what is no absolute path is refused") {
  for (const char* path : {"", "a", "*", "http://a/", "../a", "%2fa"}) CHECK_EQ(StatusOf(path), PathStatus::kBad);
}

TEST("the result never holds a dot segment and never grows") {
  // All paths of up to 6 pieces over an alphabet that makes dot segments in every way.
  static constexpr const char* kPieces[] = {"/", ".", "..", "a", "%2e", "%2f"};
  for (int code = 0; code < 6 * 6 * 6 * 6 * 6 * 6; ++code) {
    std::string raw = "/";
    for (int rest = code, i = 0; i < 6; ++i, rest /= 6) raw += kPieces[rest % 6];
    const std::string normal = Normalize(raw);
    if (normal == "bad") continue;
    CHECK(normal.front() == '/' && normal.size() <= raw.size());
    const std::string padded = normal + "/";
    CHECK(padded.find("/./") == std::string::npos && padded.find("/../") == std::string::npos);
  }
}

}  // namespace fastserve::http
