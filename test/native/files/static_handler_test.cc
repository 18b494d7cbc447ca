// Which file a path means, and the status, fields and content of the answer, at the level of one StaticHandler.
#include "native/files/static_handler.h"

#include <algorithm>
#include <map>
#include <thread>

#include "test/native/files/descriptor_limit.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

const std::string kHello = "hello, static world\n";

bool IsMiss(const Reply& reply) { return reply.kind == Kind::kMiss; }

}  // namespace

TEST("files: a file is answered with its type, validators and content") {
  Site site;
  site.Write("hello.txt", kHello);
  site.SetModified("hello.txt", kModified);
  const Reply reply = site.Get("/static/hello.txt");
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.kind, Kind::kMemory);
  CHECK_EQ(reply.body, kHello);
  CHECK_EQ(reply.length, kHello.size());
  CHECK_EQ(reply.Field("Content-Type"), "text/plain; charset=utf-8");
  CHECK_EQ(reply.Field("Last-Modified"), kModifiedText);
  CHECK_EQ(reply.Field("Accept-Ranges"), "bytes");
  CHECK_EQ(reply.Field("X-Content-Type-Options"), "nosniff");
  CHECK_EQ(reply.Field("ETag").size(), 18u);
  CHECK(reply.Field("ETag").starts_with('"') && reply.Field("ETag").ends_with('"'));
  CHECK(reply.fields.ends_with("\r\n"));
}

TEST("files: fields that the connection adds are not in the answer") {
  Site site;
  site.Write("hello.txt", kHello);
  const Reply reply = site.Get("/static/hello.txt");
  for (const char* name : {"Content-Length", "Date", "Connection", "Cache-Control"}) CHECK_EQ(reply.Field(name), "");
}

TEST("files: the mount's Cache-Control goes with 200, 206 and 304") {
  Site site;
  site.mount.cache_control = "public, max-age=60";
  site.Write("a.txt", kHello);
  const Reply whole = site.Get("/static/a.txt");
  CHECK_EQ(whole.Field("Cache-Control"), "public, max-age=60");
  CHECK_EQ(site.Get("/static/a.txt", {{FieldId::kRange, "bytes=0-1"}}).Field("Cache-Control"), "public, max-age=60");
  const Reply same = site.Get("/static/a.txt", {{FieldId::kIfNoneMatch, whole.Field("ETag")}});
  CHECK_EQ(same.status, 304);
  CHECK_EQ(same.Field("Cache-Control"), "public, max-age=60");
}

TEST("files: an empty file is an empty answer from memory") {
  Site site;
  site.Write("zero.bin", "");
  const Reply reply = site.Get("/static/zero.bin");
  CHECK_EQ(reply.kind, Kind::kMemory);
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.length, 0u);
}

TEST("files: a large file is answered by its descriptor") {
  RangeSite site;
  const Reply reply = site.Get("/static/large.bin");
  CHECK_EQ(reply.kind, Kind::kFile);
  CHECK_EQ(reply.length, 20'000u);
  CHECK(reply.body == site.digits);
}

TEST("files: HEAD announces what GET sends") {
  RangeSite site;
  for (const char* path : {"/static/range.bin", "/static/large.bin"}) {
    const Reply get = site.Get(path);
    const Reply head = site.Ask(Method::kHead, path);
    CHECK_EQ(head.status, 200);
    CHECK_EQ(head.length, get.length);
    CHECK_EQ(head.fields, get.fields);
  }
}

TEST("files: Range is ignored on HEAD") {
  RangeSite site;
  const Reply reply = site.Ask(Method::kHead, "/static/range.bin", {{FieldId::kRange, "bytes=0-9"}});
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.length, 1000u);
}

TEST("files: what is not there misses, with and without conditions") {
  Site site;
  CHECK(IsMiss(site.Get("/static/nope.txt")));
  CHECK(IsMiss(site.Get("/static/nope/deeper/x")));
  CHECK(IsMiss(site.Get("/static/nope.txt", {{FieldId::kIfNoneMatch, "*"}})));
  CHECK_EQ(site.Get("/static/nope.txt").status, 404);
}

TEST("files: names are case-sensitive and bytes are taken as they are") {
  Site site;
  for (const char* name : {"hello.txt", "space name.txt", "100%.txt", "%41.txt", "back\\slash.txt", "new\nline.txt",
                           "\xC3\xBC\xE6\x97\xA5.txt", "a..b.txt", "question?name.txt", "-dash.txt"}) {
    site.Write(name, name);
    CHECK_EQ(site.Get(std::string("/static/") + name).body, name);
  }
  CHECK(IsMiss(site.Get("/static/HELLO.TXT")));
}

TEST("files: a file's name with a trailing slash misses") {
  Site site;
  site.Write("hello.txt", kHello);
  CHECK(IsMiss(site.Get("/static/hello.txt/")));
}

TEST("files: an empty segment misses") {
  Site site("/");
  site.Write("hello.txt", kHello);
  site.Write("dir/a.txt", "a");
  for (const char* path : {"//hello.txt", "/dir//a.txt", "//", "/dir//", "//etc/passwd"}) CHECK(IsMiss(site.Get(path)));
}

TEST("files: a NUL and over-long names miss") {
  using namespace std::string_literals;
  Site site;
  site.Write("hello.txt", kHello);
  CHECK(IsMiss(site.Get("/static/hello.txt\0.html"s)));
  CHECK(IsMiss(site.Get("/static/hello.txt\0"s)));
  CHECK(IsMiss(site.Get("/static/" + std::string(300, 'a'))));
  std::string deep = "/static";
  while (deep.size() < 5000) deep += "/dir";
  CHECK(IsMiss(site.Get(deep)));
}

TEST("files: dot segments never reach the file system") {
  Site site;
  site.mount.dotfiles = true;
  site.Write("../secret.txt", "secret");
  site.Write("dir/a.txt", "a");
  for (const char* path : {"/static/../secret.txt", "/static/dir/../../secret.txt", "/static/..", "/static/.",
                           "/static/dir/..", "/static/../", "/static/dir/../dir/a.txt"}) {
    CHECK(IsMiss(site.Get(path)));
  }
}

TEST("files: hidden names miss unless the mount shows them, .well-known is shown") {
  Site site;
  site.Write(".hidden", "h");
  site.Write(".git/config", "c");
  site.Write(".well-known/x.txt", "w");
  for (const char* path : {"/static/.hidden", "/static/.git/config", "/static/.git/", "/static/.git"}) {
    CHECK(IsMiss(site.Get(path)));
  }
  CHECK_EQ(site.Get("/static/.well-known/x.txt").body, "w");
  site.mount.dotfiles = true;
  CHECK_EQ(site.Get("/static/.git/config").body, "c");
}

TEST("files: links work inside the root and miss outside") {
  Site site;
  site.Write("hello.txt", kHello);
  site.Write("../outside/secret.txt", "secret");
  std::filesystem::create_symlink("hello.txt", site.At("inside.txt"));
  std::filesystem::create_symlink("../outside/secret.txt", site.At("outside.txt"));
  std::filesystem::create_symlink("../outside", site.At("directory"));
  CHECK_EQ(site.Get("/static/inside.txt").body, kHello);
  CHECK(IsMiss(site.Get("/static/outside.txt")));
  CHECK(IsMiss(site.Get("/static/directory/secret.txt")));
  CHECK(IsMiss(site.Get("/static/directory")));
}

TEST("files: a FIFO misses at once, also as a directory's index") {
  Site site;
  std::filesystem::create_directory(site.At("dir"));
  REQUIRE(::mkfifo(site.At("fifo").c_str(), 0666) == 0);
  REQUIRE(::mkfifo(site.At("dir/index.html").c_str(), 0666) == 0);
  CHECK(IsMiss(site.Get("/static/fifo")));
  CHECK(IsMiss(site.Get("/static/dir/")));
}

TEST("files: a path that only shares the prefix's letters is elsewhere") {
  Site site;
  site.Write(".outside/secret.txt", "s");
  site.Write("a.txt", "a");
  CHECK(IsMiss(site.Get("/static.outside/secret.txt")));
  CHECK(IsMiss(site.Get("/statica.txt")));
  CHECK(IsMiss(site.Get("/other/a.txt")));
}

TEST("files: a prefix may be written without its slash") {
  Site site("/static");
  site.Write("a.txt", "a");
  CHECK_EQ(site.Get("/static/a.txt").body, "a");
  CHECK_EQ(site.Get("/static").status, 301);
  CHECK(IsMiss(site.Get("/statica.txt")));
}

TEST("files: a directory's name with a slash is its first index file") {
  Site site;
  site.mount.index = {"index.html", "index.txt"};
  site.Write("index.html", "root");
  site.Write("dir/index.txt", "second");
  CHECK_EQ(site.Get("/static/").body, "root");
  const Reply reply = site.Get("/static/dir/");
  CHECK_EQ(reply.body, "second");
  CHECK_EQ(reply.Field("Content-Type"), "text/plain; charset=utf-8");
}

TEST("files: a directory without index is not listed") {
  Site site;
  site.Write("noindex/only.txt", "x");
  std::filesystem::create_directories(site.At("odd/index.html"));
  CHECK(IsMiss(site.Get("/static/noindex/")));
  CHECK(IsMiss(site.Get("/static/odd/")));
}

TEST("files: a directory's name without the slash is redirected with its query") {
  Site site;
  site.Write("a dir/index.html", "x");
  const Reply reply = site.Ask(Method::kGet, "/static/a dir", {}, "a=b");
  CHECK_EQ(reply.kind, Kind::kStatus);
  CHECK_EQ(reply.status, 301);
  CHECK_EQ(reply.fields, "Location: /static/a%20dir/?a=b\r\n");
  CHECK_EQ(site.Ask(Method::kHead, "/static").Field("Location"), "/static/");
}

TEST("files: in a mount that falls through a directory without index belongs to the application") {
  Site site("/");
  site.mount.fallthrough = true;
  site.Write("blog/picture.png", "x");
  site.Write("docs/index.html", "x");
  CHECK(IsMiss(site.Get("/blog")));
  CHECK_EQ(site.Get("/docs").status, 301);
}

TEST("files: methods other than GET and HEAD on a file are 405 with Allow") {
  Site site;
  site.Write("hello.txt", kHello);
  for (const Method method : {Method::kPost, Method::kPut, Method::kDelete, Method::kPatch, Method::kTrace,
                              Method::kOther}) {
    const Reply reply = site.Ask(method, "/static/hello.txt");
    CHECK_EQ(reply.kind, Kind::kStatus);
    CHECK_EQ(reply.status, 405);
    CHECK_EQ(reply.fields, "Allow: GET, HEAD, OPTIONS\r\n");
  }
}

TEST("files: OPTIONS on a file is 204 with Allow") {
  Site site;
  site.Write("hello.txt", kHello);
  const Reply reply = site.Ask(Method::kOptions, "/static/hello.txt");
  CHECK_EQ(reply.status, 204);
  CHECK_EQ(reply.fields, "Allow: GET, HEAD, OPTIONS\r\n");
}

TEST("files: other methods miss where there is no file") {
  Site site;
  site.Write("dir/index.html", "x");
  for (const Method method : {Method::kPost, Method::kOptions}) {
    CHECK(IsMiss(site.Ask(method, "/static/nope.txt")));
    CHECK(IsMiss(site.Ask(method, "/static/dir")));
  }
}

TEST("files: a modification time that HTTP cannot or must not say is left out") {
  Site site;
  for (const int64_t seconds : {int64_t{-5}, int64_t{4'000'000'000}}) {
    site.Write("a.txt", "a");
    site.SetModified("a.txt", seconds);
    site.handler.Clear();
    const Reply reply = site.Get("/static/a.txt", {{FieldId::kIfModifiedSince, kModifiedText}});
    CHECK_EQ(reply.status, 200);
    CHECK_EQ(reply.Field("Last-Modified"), "");
  }
}

TEST("files: another content of the same size and time has another tag") {
  Site site;
  site.Write("a.txt", "one");
  site.SetModified("a.txt", kModified);
  const std::string before = site.Get("/static/a.txt").Field("ETag");
  site.Write("a.txt", "two");
  site.SetModified("a.txt", kModified);
  site.now_ms += 1000;
  const Reply reply = site.Get("/static/a.txt", {{FieldId::kIfNoneMatch, before}});
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.body, "two");
}

TEST("files: two handlers give a file the same tag") {
  Site site;
  site.Write("a.txt", "one");
  const std::string tag = site.Get("/static/a.txt").Field("ETag");
  StaticHandler other;
  const TestRequest request(Method::kGet, {});
  FileAnswer answer;
  other.Answer(site.mount, "/static/a.txt", request.head, request.bytes, site.now_ms, &answer);
  REQUIRE(answer.file != nullptr);
  CHECK_EQ(answer.file->etag, tag);
  answer.file->Release();
}

TEST("files: without descriptors a file is 503 and comes back later") {
  Site site;
  site.Write("a.txt", "a");
  Reply reply;
  {
    const NoMoreDescriptors limit;
    reply = site.Get("/static/a.txt");
  }
  CHECK_EQ(reply.kind, Kind::kStatus);
  CHECK_EQ(reply.status, 503);
  CHECK_EQ(reply.fields, "Retry-After: 1\r\n");
  CHECK_EQ(site.Get("/static/a.txt").status, 200);
}

TEST("files: without descriptors a directory is 503, not a miss") {
  Site site;
  site.Write("dir/index.html", "x");
  Reply reply;
  {
    const NoMoreDescriptors limit;
    reply = site.Get("/static/dir/");
  }
  CHECK_EQ(reply.status, 503);
}

TEST("files: the reference of an answer keeps file and content when the cache is dropped") {
  RangeSite site;
  for (const char* path : {"/static/range.bin", "/static/large.bin"}) {
    const TestRequest request(Method::kGet, {});
    FileAnswer answer;
    site.handler.Answer(site.mount, path, request.head, request.bytes, site.now_ms, &answer);
    site.handler.Clear();
    const std::string body =
        Site::Read(*answer.file, answer.offset, answer.length);
    CHECK(body == site.digits.substr(0, answer.length));
    answer.file->Release();
  }
}

TEST("files: under constant replacement every answer is one whole version with that version's tag") {
  Site site;
  std::vector<std::string> versions;
  for (int i = 0; i < 100; ++i) versions.push_back(std::string(1000 + 400 * i, static_cast<char>('0' + i % 75)));
  site.Write("a.txt", versions[0]);
  std::thread writer([&] {
    for (const std::string& version : versions) site.Write("a.txt", version);
  });
  std::map<std::string, std::string> content_of_tag;
  for (int i = 0; i < 300; ++i) {
    site.now_ms += i % 3 * 500;
    const Reply reply = site.Get("/static/a.txt");
    CHECK_EQ(reply.status, 200);
    CHECK(std::find(versions.begin(), versions.end(), reply.body) != versions.end());
    CHECK(content_of_tag.try_emplace(reply.Field("ETag"), reply.body).first->second == reply.body);
  }
  writer.join();
  site.now_ms += 1000;
  CHECK(site.Get("/static/a.txt").body == versions.back());
}
