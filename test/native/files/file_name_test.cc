#include "native/files/names/file_name.h"

#include <string>

#include "test/native/testing.h"

using fastserve::files::IsBuiltName;
using fastserve::files::IsServableName;

TEST("files: ordinary names are servable, with any byte but NUL and slash") {
  for (const char* name : {"a", "a/b/c.txt", "a..b.txt", "back\\slash", "new\nline", "100%.txt", "\xC3\xBC", "-dash",
                           "a..", "a/b..."}) {
    CHECK(IsServableName(name, false));
    CHECK(IsServableName(name, true));
  }
}

TEST("files: an empty segment is no name") {
  for (const char* name : {"", "/", "/a", "a/", "a//b", "//etc/passwd"}) CHECK(!IsServableName(name, true));
}

TEST("files: a NUL never ends a name early") {
  using namespace std::string_view_literals;
  CHECK(!IsServableName("hello.txt\0.html"sv, true));
  CHECK(!IsServableName("hello.txt\0"sv, true));
}

TEST("files: dot segments are refused whatever the mount allows") {
  for (const char* name : {".", "..", "a/..", "../a", "a/../b", "a/./b"}) CHECK(!IsServableName(name, true));
}

TEST("files: hidden segments need the mount's consent, .well-known does not") {
  for (const char* name : {".git", ".git/config", "a/.hidden", "...", "..;", ".well-known2", ".well-known/.x"}) {
    CHECK(!IsServableName(name, false));
    CHECK(IsServableName(name, true));
  }
  CHECK(IsServableName(".well-known/x.txt", false));
}

TEST("files: segments and names have the file system's limits") {
  const std::string segment(255, 'a');
  CHECK(IsServableName(segment, false));
  CHECK(!IsServableName(segment + "a", false));
  CHECK(!IsServableName("x/" + segment + "a/y", false));
  std::string name;
  while (name.size() < 4096) name += "b/";
  CHECK(IsServableName(name.substr(0, 4095), false));
  CHECK(!IsServableName(name.substr(0, 4095) + "c", false));
}

TEST("files: a built name has twelve hexadecimal digits in front of its ending or at its end") {
  for (const char* name : {"site.3f9a1c2b0d4e.css", "a/b.min.0123456789ab.js", "LICENSE.3f9a1c2b0d4e", ".hidden.3f9a1c2b0d4e",
                           "/static/a.3f9a1c2b0d4e.css"}) {
    CHECK(IsBuiltName(name));
  }
}

TEST("files: other names are not built ones") {
  for (const char* name : {"", "site.css", "site.3F9A1C2B0D4E.css", "site.3f9a1c2b0d4.css", "site.3f9a1c2b0d4e0.css",
                           "site.3f9a1c2b0d4g.css", "3f9a1c2b0d4e.css", "site.3f9a1c2b0d4e.css.br", "a.3f9a1c2b0d4e.css/b.css",
                           "a.3f9a1c2b0d4e.css/"}) {
    CHECK(!IsBuiltName(name));
  }
}
