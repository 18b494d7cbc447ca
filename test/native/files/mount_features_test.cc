// What a mount adds to its files: cache rules, extra fields, pages for misses, the word of an application.
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

constexpr char kNavigation[] = "text/html,application/xhtml+xml,*/*;q=0.8";

CacheRule Rule(const char* pattern, const char* cache_control) {
  CacheRule rule{{}, cache_control};
  std::string error;
  FASTSERVE_CHECK(base::Glob::Compile(pattern, &rule.match, &error), pattern);
  return rule;
}

struct PagesSite : Site {
  PagesSite() {
    Write("index.html", "<app>");
    Write("404.html", "<nothing here>");
    Write("empty/x.txt", "x");
  }
  Reply Navigate(const std::string& path, TestRequest::Fields fields = {}) {
    fields.push_back({FieldId::kAccept, kNavigation});
    return Get(path, fields);
  }
};

}  // namespace

TEST("mount: the first cache rule that matches decides, then the mount's own value") {
  Site site;
  site.mount.cache_control = "max-age=60";
  site.mount.cache_rules.push_back(Rule("*.[0-9a-f]{8}.*", "max-age=31536000, immutable"));
  site.mount.cache_rules.push_back(Rule("*.js", "no-cache"));
  for (const char* name : {"app.3f9a1c2b.js", "app.js", "app.css"}) site.Write(name, name);
  CHECK_EQ(site.Get("/static/app.3f9a1c2b.js").Field("Cache-Control"), "max-age=31536000, immutable");
  CHECK_EQ(site.Get("/static/app.js").Field("Cache-Control"), "no-cache");
  CHECK_EQ(site.Get("/static/app.css").Field("Cache-Control"), "max-age=60");
}

TEST("mount: a directory's index file is chosen by its own name") {
  Site site;
  site.mount.cache_rules.push_back(Rule("index.html", "no-cache"));
  site.Write("docs/index.html", "x");
  CHECK_EQ(site.Get("/static/docs/").Field("Cache-Control"), "no-cache");
}

TEST("mount: extra fields go with every answer that the mount gives") {
  RangeSite site;
  site.mount.fields = "X-A: b\r\n";
  site.Write("dir/index.html", "x");
  const std::string tag = site.Get("/static/range.bin").Field("ETag");
  const Reply replies[] = {site.Get("/static/range.bin"),
                           site.Get("/static/range.bin", {{FieldId::kRange, "bytes=0-1"}}),
                           site.Get("/static/range.bin", {{FieldId::kRange, "bytes=0-1,5-6"}}),
                           site.Get("/static/range.bin", {{FieldId::kRange, "bytes=5000-"}}),
                           site.Get("/static/range.bin", {{FieldId::kIfNoneMatch, tag}}),
                           site.Get("/static/range.bin", {{FieldId::kIfMatch, "\"nope\""}}),
                           site.Get("/static/dir"),
                           site.Ask(Method::kPost, "/static/range.bin")};
  const int statuses[] = {200, 206, 206, 416, 304, 412, 301, 405};
  for (size_t i = 0; i < std::size(replies); ++i) {
    CHECK_EQ(replies[i].status, statuses[i]);
    CHECK_EQ(replies[i].Field("X-A"), "b");
  }
}

TEST("mount: the fallback page answers navigations that miss, as the page it is") {
  PagesSite site;
  site.mount.fallback = "index.html";
  const Reply reply = site.Navigate("/static/users/7");
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.body, "<app>");
  CHECK_EQ(reply.Field("Content-Type"), "text/html; charset=utf-8");
  CHECK_EQ(reply.Field("Vary"), "Accept");
  CHECK_EQ(site.Navigate("/static/users/7", {{FieldId::kIfNoneMatch, reply.Field("ETag")}}).status, 304);
  CHECK_EQ(site.Navigate("/static/empty/").body, "<app>");
  CHECK_EQ(site.Navigate("/static/empty").body, "<app>");
}

TEST("mount: the fallback is not for scripts, pictures and other methods") {
  PagesSite site;
  site.mount.fallback = "index.html";
  for (const char* accept : {"*/*", "application/json", "image/avif,image/webp,*/*;q=0.8", "text/html;q=0"}) {
    CHECK_EQ(site.Get("/static/users/7", {{FieldId::kAccept, accept}}).kind, Kind::kMiss);
  }
  CHECK_EQ(site.Get("/static/users/7").kind, Kind::kMiss);
  CHECK_EQ(site.Ask(Method::kPost, "/static/users/7", {{FieldId::kAccept, kNavigation}}).kind, Kind::kMiss);
  CHECK_EQ(site.Ask(Method::kHead, "/static/users/7", {{FieldId::kAccept, kNavigation}}).status, 200);
}

TEST("mount: files go before the fallback, and their own answers do not vary by it") {
  PagesSite site;
  site.mount.fallback = "index.html";
  CHECK_EQ(site.Navigate("/static/404.html").body, "<nothing here>");
  CHECK_EQ(site.Navigate("/static/").Field("Vary"), "");
}

TEST("mount: the 404 page goes with status 404 and lets nobody keep it") {
  PagesSite site;
  site.mount.not_found = "404.html";
  site.mount.cache_control = "max-age=60";
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost}) {
    const Reply reply = site.Ask(method, "/static/nope");
    CHECK_EQ(reply.status, 404);
    CHECK_EQ(reply.length, 14u);
    CHECK_EQ(reply.Field("Content-Type"), "text/html; charset=utf-8");
    for (const char* name : {"ETag", "Last-Modified", "Cache-Control", "Accept-Ranges"}) CHECK_EQ(reply.Field(name), "");
  }
  const Reply conditional = site.Get("/static/nope", {{FieldId::kIfNoneMatch, "*"}, {FieldId::kRange, "bytes=0-1"}});
  CHECK_EQ(conditional.status, 404);
  CHECK_EQ(conditional.body, "<nothing here>");
}

TEST("mount: without the page, and where misses fall through, a miss is a miss") {
  PagesSite site;
  site.mount.not_found = "gone.html";
  site.mount.fallback = "gone.html";
  CHECK_EQ(site.Navigate("/static/nope").kind, Kind::kMiss);
  site.mount.not_found = "404.html";
  site.mount.fallthrough = true;
  CHECK_EQ(site.Navigate("/static/nope").kind, Kind::kMiss);
}

TEST("mount: an application's word counts more than the mount's, also in each part") {
  RangeSite site;
  site.mount.cache_control = "max-age=60";
  const FieldOverrides overrides{"Cache-Control: private\r\nContent-Disposition: attachment\r\n", "application/pdf", true};
  const auto ask = [&](const TestRequest::Fields& fields) {
    return site.Ask(Method::kGet, "/static/range.bin", fields, "", overrides);
  };
  const Reply whole = ask({});
  CHECK_EQ(whole.Field("Content-Type"), "application/pdf");
  CHECK_EQ(whole.Field("Cache-Control"), "private");
  CHECK_EQ(whole.fields.find("Cache-Control"), whole.fields.rfind("Cache-Control"));
  CHECK_EQ(whole.Field("Content-Disposition"), "attachment");
  CHECK(!whole.Field("ETag").empty());
  CHECK(ask({{FieldId::kRange, "bytes=0-1,5-6"}}).body.find("Content-Type: application/pdf\r\n") != std::string::npos);
  const Reply same = ask({{FieldId::kIfNoneMatch, whole.Field("ETag")}});
  CHECK_EQ(same.status, 304);
  CHECK_EQ(same.Field("Cache-Control"), "private");
  CHECK_EQ(site.Get("/static/range.bin").Field("Content-Type"), "application/octet-stream");
}

namespace {

// A site with a build beside its root.
struct BuiltSite : Site {
  BuiltSite() {
    mount.cache_control = "max-age=60";
    mount.built = std::make_unique<Mount>();
    mount.built->prefix = mount.prefix;
    mount.built->root = At("../built");
    mount.built->index.clear();
    mount.built->fallthrough = true;
    mount.built->cache_control = "max-age=31536000, immutable";
    mount.built->precompressed = {http::Coding::kBrotli};
    std::filesystem::create_directory(mount.built->root);
    std::string error;
    FASTSERVE_CHECK(OpenRoot(mount.built.get(), &error), error.c_str());
  }
};

}  // namespace

TEST("mount: built names come from the build with its own Cache-Control, others from the root") {
  BuiltSite site;
  site.Write("site.css", "source");
  site.Write("../built/site.3f9a1c2b0d4e.css", "built");
  site.Write("../built/site.css", "never");
  const Reply built = site.Get("/static/site.3f9a1c2b0d4e.css");
  CHECK_EQ(built.body, "built");
  CHECK_EQ(built.Field("Cache-Control"), "max-age=31536000, immutable");
  const Reply source = site.Get("/static/site.css");
  CHECK_EQ(source.body, "source");
  CHECK_EQ(source.Field("Cache-Control"), "max-age=60");
}

TEST("mount: a built name that the build lacks is a file of the root, or the root's miss") {
  BuiltSite site;
  site.mount.not_found = "404.html";
  site.Write("404.html", "<nothing here>");
  site.Write("vendor.3f9a1c2b0d4e.js", "named so by somebody else");
  const Reply found = site.Get("/static/vendor.3f9a1c2b0d4e.js");
  CHECK_EQ(found.body, "named so by somebody else");
  CHECK_EQ(found.Field("Cache-Control"), "max-age=60");
  const Reply missed = site.Get("/static/none.3f9a1c2b0d4e.js");
  CHECK_EQ(missed.status, 404);
  CHECK_EQ(missed.body, "<nothing here>");
}

TEST("mount: a built file is sent in the coding that the client prefers") {
  BuiltSite site;
  site.Write("../built/a.3f9a1c2b0d4e.css", "plain");
  site.Write("../built/a.3f9a1c2b0d4e.css.br", "brotli");
  const Reply reply = site.Get("/static/a.3f9a1c2b0d4e.css", {{FieldId::kAcceptEncoding, "br"}});
  CHECK_EQ(reply.body, "brotli");
  CHECK_EQ(reply.Field("Content-Encoding"), "br");
}

TEST("mount: a directory of the build is no answer") {
  BuiltSite site;
  site.Write("../built/dir.3f9a1c2b0d4e/x.css", "x");
  CHECK_EQ(site.Get("/static/dir.3f9a1c2b0d4e").kind, Kind::kMiss);
}
