#include "native/files/names/content_type.h"
#include "test/native/testing.h"

using fastserve::files::ContentType;

TEST("files: types that pages are made of are exact") {
  CHECK_EQ(ContentType("a.html"), "text/html; charset=utf-8");
  CHECK_EQ(ContentType("a.css"), "text/css; charset=utf-8");
  CHECK_EQ(ContentType("a.js"), "text/javascript; charset=utf-8");
  CHECK_EQ(ContentType("a.mjs"), "text/javascript; charset=utf-8");
  CHECK_EQ(ContentType("a.json"), "application/json");
  CHECK_EQ(ContentType("a.js.map"), "application/json");
  CHECK_EQ(ContentType("a.svg"), "image/svg+xml");
  CHECK_EQ(ContentType("a.wasm"), "application/wasm");
  CHECK_EQ(ContentType("a.webmanifest"), "application/manifest+json");
  CHECK_EQ(ContentType("a.txt"), "text/plain; charset=utf-8");
  CHECK_EQ(ContentType("a.md"), "text/markdown; charset=utf-8");
  CHECK_EQ(ContentType("a.xml"), "application/xml");
}

TEST("files: types of media and fonts are the registered ones") {
  CHECK_EQ(ContentType("a.png"), "image/png");
  CHECK_EQ(ContentType("a.jpg"), "image/jpeg");
  CHECK_EQ(ContentType("a.gif"), "image/gif");
  CHECK_EQ(ContentType("a.webp"), "image/webp");
  CHECK_EQ(ContentType("a.woff2"), "font/woff2");
  CHECK_EQ(ContentType("a.pdf"), "application/pdf");
  CHECK_EQ(ContentType("a.mp4"), "video/mp4");
  CHECK_EQ(ContentType("a.ico"), "image/vnd.microsoft.icon");
  CHECK_EQ(ContentType("a.txt.gz"), "application/gzip");
}

TEST("files: an extension is matched without regard to case") {
  CHECK_EQ(ContentType("INDEX.HTML"), "text/html; charset=utf-8");
  CHECK_EQ(ContentType("Photo.JpG"), "image/jpeg");
}

TEST("files: every extension of the table is found") {
  struct Row {
    std::string_view extension, type;
  };
  constexpr Row kRows[] = {
#include "native/files/names/mime_table.inc"
  };
  for (const Row& row : kRows) CHECK_EQ(ContentType("name." + std::string(row.extension)), row.type);
}

TEST("files: a name without a known extension is bytes, never HTML") {
  for (const char* name : {"", "noext", "a.xyzzy", "a.", ".html", "dir.html/noext", "dir/.html", "a.htmlx",
                           "a.an-extension-longer-than-any-registered-one"}) {
    CHECK_EQ(ContentType(name), "application/octet-stream");
  }
}

TEST("files: only the last segment's last extension counts") {
  CHECK_EQ(ContentType("dir.css/page.html"), "text/html; charset=utf-8");
  CHECK_EQ(ContentType("a.html.png"), "image/png");
}
