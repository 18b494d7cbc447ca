// Directory listings: what is listed, negotiation, and names as data.
#include "native/files/disk/listing.h"

#include "native/files/listing/listing_page.h"
#include "test/native/files/descriptor_limit.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

struct ListedSite : Site {
  ListedSite() : Site("/files/") { mount.listing = true; }
  std::string Json(const std::string& path) {
    return Get(path, {{FieldId::kAccept, "application/json"}}).body;
  }
};

bool Holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Listing With(const std::string& name, bool is_directory = false) { return {{{name, is_directory, 12, kModified}}, false}; }

}  // namespace

TEST("listing: a directory without an index file is a page of its entries, directories first") {
  ListedSite site;
  site.Write("z.txt", "0123456789");
  site.Write("a.txt", "x");
  site.Write("dir/b.txt", "x");
  const Reply reply = site.Get("/files/");
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.Field("Content-Type"), "text/html; charset=utf-8");
  CHECK_EQ(reply.Field("Cache-Control"), "no-cache");
  CHECK_EQ(reply.Field("Vary"), "Accept");
  CHECK_EQ(reply.Field("Last-Modified"), "");
  const size_t dir = reply.body.find("<a href=\"./dir/\">dir/</a>");
  const size_t first = reply.body.find("<a href=\"./a.txt\">a.txt</a>");
  const size_t last = reply.body.find("<a href=\"./z.txt\">z.txt</a>");
  CHECK(dir < first && first < last && last != std::string::npos);
  CHECK(Holds(reply.body, ">10 B<"));
}

TEST("listing: a mount does not list unless it is told to, and an index file goes first") {
  ListedSite site;
  site.Write("dir/a.txt", "x");
  site.Write("with/index.html", "index");
  CHECK_EQ(site.Get("/files/with/").body, "index");
  site.mount.listing = false;
  CHECK_EQ(site.Get("/files/dir/").kind, Kind::kMiss);
}

TEST("listing: without descriptors for its entries there is none, rather than a shorter one") {
  ListedSite site;
  site.Write("a.txt", "x");
  int status;
  {
    const NoMoreDescriptors limit(1);  // the directory itself
    status = site.Get("/files/").status;
  }
  CHECK_EQ(status, 503);
  CHECK(Holds(site.Json("/files/"), "a.txt"));
}

TEST("listing: JSON goes to those who prefer it, a page to everybody else") {
  ListedSite site;
  site.Write("a.txt", "x");
  const auto type = [&](const TestRequest::Fields& fields) { return site.Get("/files/", fields).Field("Content-Type"); };
  CHECK_EQ(type({{FieldId::kAccept, "application/json"}}), "application/json");
  CHECK_EQ(type({{FieldId::kAccept, "text/html;q=0.5, application/json"}}), "application/json");
  for (const char* accept : {"*/*", "text/html", "text/html, application/json", "image/png"}) {
    CHECK_EQ(type({{FieldId::kAccept, accept}}), "text/html; charset=utf-8");
  }
  CHECK_EQ(type({}), "text/html; charset=utf-8");
}

TEST("listing: JSON has name, link, type, size and time") {
  ListedSite site;
  site.Write("sub/a b.txt", "hello");
  std::filesystem::create_directory(site.At("sub/deeper"));
  site.SetModified("sub/a b.txt", kModified);
  site.SetModified("sub/deeper", kModified);
  CHECK_EQ(site.Json("/files/sub/"),
           "{\"path\":\"/files/sub/\",\"truncated\":false,\"entries\":["
           "{\"name\":\"deeper\",\"href\":\"./deeper/\",\"type\":\"directory\",\"modified\":\"2024-01-02T03:04:05Z\"},"
           "{\"name\":\"a b.txt\",\"href\":\"./a%20b.txt\",\"type\":\"file\",\"size\":5,"
           "\"modified\":\"2024-01-02T03:04:05Z\"}]}\n");
}

TEST("listing: hidden names, special files and links that lead nowhere or out are left out") {
  ListedSite site;
  site.Write("a.txt", "x");
  site.Write(".secret", "x");
  site.Write(".well-known/x", "x");
  site.Write("../outside.txt", "x");
  std::filesystem::create_symlink("../outside.txt", site.At("out.txt"));
  std::filesystem::create_symlink("nowhere", site.At("dangling.txt"));
  std::filesystem::create_symlink("a.txt", site.At("link.txt"));
  REQUIRE(::mkfifo(site.At("fifo").c_str(), 0666) == 0);
  const std::string json = site.Json("/files/");
  for (const char* name : {"a.txt", ".well-known", "link.txt"}) CHECK(Holds(json, std::string("\"") + name + "\""));
  for (const char* name : {"secret", "out.txt", "dangling", "fifo", "\"..\"", "\".\""}) CHECK(!Holds(json, name));
  site.mount.dotfiles = true;
  site.now_ms += 1000;
  CHECK(Holds(site.Json("/files/"), ".secret"));
}

TEST("listing: hidden directories and what is no directory are not listed") {
  ListedSite site;
  site.Write(".git/config", "x");
  site.Write("a.txt", "x");
  for (const char* path : {"/files/.git/", "/files/a.txt/", "/files/nope/", "/files/../", "/files//", "/files/a//"}) {
    CHECK_EQ(site.Get(path).kind, Kind::kMiss);
  }
}

TEST("listing: a directory's name without the slash is redirected") {
  ListedSite site;
  site.mount.fallthrough = true;
  site.Write("dir/a.txt", "x");
  CHECK_EQ(site.Get("/files/dir").Field("Location"), "/files/dir/");
}

TEST("listing: it is made again after its time to live, and kept until then") {
  ListedSite site;
  site.Write("a.txt", "x");
  CHECK(!Holds(site.Get("/files/").body, "b.txt"));
  site.Write("b.txt", "x");
  CHECK(!Holds(site.Get("/files/").body, "b.txt"));
  site.now_ms += 1000;
  CHECK(Holds(site.Get("/files/").body, "b.txt"));
}

TEST("listing: an unchanged one is 304") {
  ListedSite site;
  site.Write("a.txt", "x");
  const std::string tag = site.Get("/files/").Field("ETag");
  site.now_ms += 5000;
  CHECK_EQ(site.Get("/files/", {{FieldId::kIfNoneMatch, tag}}).status, 304);
}

TEST("listing: other methods are 405") {
  ListedSite site;
  CHECK_EQ(site.Ask(Method::kPost, "/files/").status, 405);
  CHECK_EQ(site.Ask(Method::kOptions, "/files/").status, 204);
}

TEST("listing: a huge directory is cut and says so") {
  ListedSite site;
  for (size_t i = 0; i <= kMaxListed; ++i) site.WriteInPlace("f" + std::to_string(i), "");
  Listing listing;
  REQUIRE(ReadListing(site.mount, "", &listing) == OpenStatus::kOpened);
  CHECK_EQ(listing.entries.size(), kMaxListed);
  CHECK(listing.truncated);
  CHECK(Holds(site.Get("/files/").body, "more entries than are listed"));
  CHECK(Holds(site.Json("/files/"), "\"truncated\":true"));
}

TEST("listing: names never become markup") {
  const std::string html = ListingHtml(With("<script>alert('1')</script>&\"", true), "/f/<b>/", "/f/");
  CHECK(!Holds(html, "<script"));
  CHECK(!Holds(html, "<b>"));
  CHECK(Holds(html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;/</a>"));
  CHECK(Holds(html, "href=\"./%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%26%22/\""));
}

TEST("listing: a name with a colon is no scheme, one with a slash no host") {
  const std::string html = ListingHtml(With("javascript:alert(1)"), "/f/", "/f/");
  CHECK(Holds(html, "href=\"./javascript%3Aalert%281%29\""));
}

TEST("listing: bytes that are no UTF-8 are replaced where they are shown and kept where they are linked") {
  const Listing listing = With("a\xFF\xC3(\xED\xA0\x80\xF5z\xC3\xBC");
  const std::string replaced = "a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xC3\xBC";
  CHECK(Holds(ListingHtml(listing, "/", "/"), replaced + "</a>"));
  CHECK(Holds(ListingJson(listing, "/"), "\"" + replaced + "\""));
  CHECK(Holds(ListingJson(listing, "/"), "./a%FF%C3%28%ED%A0%80%F5z%C3%BC"));
}

TEST("listing: control characters, quotes and line separators are escaped in JSON") {
  const std::string json = ListingJson(With("a\n\"\\\x7F\xE2\x80\xA8"), "/");
  CHECK(Holds(json, "\"a\\u000a\\\"\\\\\\u007f\\u2028\""));
}

TEST("listing: breadcrumbs lead up to the mount and no further") {
  const std::string html = ListingHtml({}, "/files/a/b/", "/files/");
  CHECK(Holds(html, "<h1><a href=\"../../\">/files</a><span>/</span><a href=\"../\">a</a><span>/</span>b</h1>"));
  CHECK(Holds(html, "<a href=\"../\">../</a>"));
  const std::string top = ListingHtml({}, "/files/", "/files/");
  CHECK(Holds(top, "<h1>/files</h1>"));
  CHECK(!Holds(top, "../"));
  CHECK(Holds(top, "This directory is empty."));
}

TEST("listing: the root of a site is one slash, which separates too") {
  const std::string html = ListingHtml({}, "/a/b/", "/");
  CHECK(Holds(html, "<h1><a href=\"../../\">/</a><a href=\"../\">a</a><span>/</span>b</h1>"));
}

TEST("listing: the title says what the page is, not only where") {
  CHECK(Holds(ListingHtml({}, "/a/", "/"), "<title>Index of /a/</title>"));
}

TEST("listing: sizes are short") {
  const auto shown = [](uint64_t size) {
    const std::string html = ListingHtml({{{"a", false, size, 0}}, false}, "/", "/");
    const size_t begin = html.find("<td class=\"n\">") + 14;
    return html.substr(begin, html.find('<', begin) - begin);
  };
  CHECK_EQ(shown(0), "0 B");
  CHECK_EQ(shown(999), "999 B");
  CHECK_EQ(shown(1536), "1.5 KiB");
  CHECK_EQ(shown(200 * 1024), "200 KiB");
  CHECK_EQ(shown(uint64_t{10} << 30), "10.0 GiB");
  CHECK_EQ(shown(UINT64_MAX), "16.0 EiB");
}
