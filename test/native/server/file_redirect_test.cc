// X-Accel-Redirect: which file an application's answer names, and which of its lines go along.
#include "native/server/lanes/file_redirect.h"

#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::server;

TEST("file redirect: the first line of that name in any case names the file") {
  CHECK_EQ(FindFileRedirect("X-Accel-Redirect: /a/b\r\n"), "/a/b");
  CHECK_EQ(FindFileRedirect("A: b\r\nx-accel-redirect:/a\r\nX-ACCEL-REDIRECT: /b\r\n"), "/a");
}

TEST("file redirect: other lines name none") {
  CHECK_EQ(FindFileRedirect(""), "");
  CHECK_EQ(FindFileRedirect("X-Accel-Redirect: \r\n"), "");
  CHECK_EQ(FindFileRedirect("X-Accel: /a\r\nX-Accel-Redirects: /a\r\nA: X-Accel-Redirect: /a\r\n"), "");
}

TEST("file redirect: the application's type is taken out, its other lines are kept in order") {
  std::string kept;
  const files::FieldOverrides overrides =
      OverridesFrom("A: 1\r\ncontent-type:\ttext/x; charset=y \r\nSet-Cookie: b\r\nSet-Cookie: c\r\n", &kept);
  CHECK_EQ(overrides.content_type, "text/x; charset=y");
  CHECK_EQ(overrides.fields, "A: 1\r\nSet-Cookie: b\r\nSet-Cookie: c\r\n");
  CHECK(!overrides.has_cache_control);
}

TEST("file redirect: lines about the content that was not sent are left out") {
  std::string kept = "from before";
  const files::FieldOverrides overrides = OverridesFrom(
      "X-Accel-Redirect: /a\r\nX-Accel-Expires: 3\r\nETag: \"x\"\r\nlast-modified: y\r\nContent-Encoding: gzip\r\n"
      "Content-Range: bytes 0-1/2\r\nAccept-Ranges: none\r\nX-Content-Type-Options: nosniff\r\nX-Accelerate: yes\r\n",
      &kept);
  CHECK_EQ(overrides.fields, "X-Accelerate: yes\r\n");
  CHECK_EQ(overrides.content_type, "");
}

TEST("file redirect: the application's Cache-Control is kept and known") {
  std::string kept;
  const files::FieldOverrides overrides = OverridesFrom("cache-control: private\r\n", &kept);
  CHECK(overrides.has_cache_control);
  CHECK_EQ(overrides.fields, "cache-control: private\r\n");
}
