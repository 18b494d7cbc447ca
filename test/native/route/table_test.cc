// The rules of matching, one by one.
#include "native/route/table.h"

#include <thread>

#include "test/native/route/helpers.h"
#include "test/native/testing.h"

namespace fastserve::route {
namespace {

constexpr MethodSet kGet = Bit(Method::kGet);
constexpr MethodSet kPost = Bit(Method::kPost);
constexpr MethodSet kOptions = Bit(Method::kOptions);

RouteSpec& Add(Specification* specification, const char* pattern, MethodSet methods, bool opaque = false) {
  const auto route_id = static_cast<uint16_t>(100 + specification->routes.size());
  specification->routes.push_back({pattern, opaque, methods, route_id});
  return specification->routes.back();
}

TEST("a literal pattern matches its path and nothing around it") {
  const auto table = MustCompile(Patterns({"blog/archive/"}));
  CHECK_EQ(Get(*table, "/blog/archive/"), "view 100");
  CHECK_EQ(Get(*table, "/blog/archive/x"), "404");
  CHECK_EQ(Get(*table, "/blog/"), "404");
  CHECK_EQ(Get(*table, "/x/blog/archive/"), "404");
}

TEST("the empty pattern is the root") {
  const auto table = MustCompile(Patterns({""}));
  CHECK_EQ(Get(*table, "/"), "view 100");
  CHECK_EQ(Get(*table, "/x"), "404");
}

TEST("a table without routes finds nothing") {
  const auto table = MustCompile({});
  CHECK_EQ(Get(*table, "/"), "404");
  CHECK_EQ(table->route_count(), 0u);
}

TEST("route_count counts native and opaque routes") {
  Specification specification = Patterns({"a", "b", "c"});
  specification.routes[1].opaque = true;
  CHECK_EQ(MustCompile(specification)->route_count(), 3u);
}

TEST("a target that is not a path matches nothing") {
  const auto table = MustCompile(Patterns({"", "<path:p>"}));
  CHECK_EQ(Get(*table, "*"), "404");
  CHECK_EQ(Get(*table, ""), "404");
  CHECK_EQ(Get(*table, "example.com:443"), "404");
}

TEST("a path beyond 65535 bytes matches nothing") {
  const auto table = MustCompile(Patterns({"<path:p>"}));
  CHECK(Get(*table, "/" + std::string(65534, 'a')).starts_with("view 100"));
  CHECK_EQ(Get(*table, "/" + std::string(65535, 'a')), "404");
}

TEST("int takes ASCII digits only") {
  const auto table = MustCompile(Patterns({"<int:n>"}));
  CHECK_EQ(Get(*table, "/0042"), "view 100 [0042]");
  for (const char* path : {"/", "/-1", "/1a", "/1/", "/٣"}) CHECK_EQ(Get(*table, path), "404");
}

TEST("str is the default converter and stops at a slash") {
  const auto table = MustCompile(Patterns({"<a>/x", "<str:a>"}));
  CHECK_EQ(Get(*table, "/h é\n/x"), "view 100 [h é\n]");
  CHECK_EQ(Get(*table, "/hello"), "view 101 [hello]");
  CHECK_EQ(Get(*table, "/a/b"), "404");
}

TEST("slug takes letters, digits, hyphens and underscores") {
  const auto table = MustCompile(Patterns({"<slug:s>"}));
  CHECK_EQ(Get(*table, "/a-B_9"), "view 100 [a-B_9]");
  CHECK_EQ(Get(*table, "/a.b"), "404");
  CHECK_EQ(Get(*table, "/é"), "404");
}

TEST("uuid takes lower-case hexadecimal digits in groups of 8-4-4-4-12") {
  const auto table = MustCompile(Patterns({"<uuid:u>/"}));
  CHECK_EQ(Get(*table, "/01234567-89ab-cdef-0123-456789abcdef/"), "view 100 [01234567-89ab-cdef-0123-456789abcdef]");
  CHECK_EQ(Get(*table, "/01234567-89AB-cdef-0123-456789abcdef/"), "404");
  CHECK_EQ(Get(*table, "/0123456-789ab-cdef-0123-456789abcdef/"), "404");
  CHECK_EQ(Get(*table, "/01234567-89ab-cdef-0123-456789abcde/"), "404");
  CHECK_EQ(Get(*table, "/01234567-89ab-cdef-0123-456789abcdef0/"), "404");
}

TEST("path takes slashes but no line feed, like a dot of Python's re") {
  const auto table = MustCompile(Patterns({"files/<path:p>"}));
  CHECK_EQ(Get(*table, "/files/a/b//c/"), "view 100 [a/b//c/]");
  CHECK_EQ(Get(*table, "/files/a\nb"), "404");
  CHECK_EQ(Get(*table, "/files/"), "404");
}

TEST("several converters in a segment capture as a regular expression does") {
  const auto table = MustCompile(Patterns({"<int:y>-<slug:s>.html", "<slug:a>-<slug:b>", "<path:dir>/<str:name>"}));
  CHECK_EQ(Get(*table, "/2013-to-be.html"), "view 100 [2013] [to-be]");
  CHECK_EQ(Get(*table, "/a-b-c"), "view 101 [a-b] [c]");
  CHECK_EQ(Get(*table, "/x/y/z.png"), "view 102 [x/y] [z.png]");
}

TEST("adjacent converters leave one byte to each but the first") {
  const auto table = MustCompile(Patterns({"<int:a><int:b><slug:c>"}));
  CHECK_EQ(Get(*table, "/12345"), "view 100 [123] [4] [5]");
  CHECK_EQ(Get(*table, "/12"), "404");
}

TEST("adjacent converters do not cut a character in two") {
  const auto table = MustCompile(Patterns({"<a><b>"}));
  CHECK_EQ(Get(*table, "/xé"), "view 100 [x] [é]");
  CHECK_EQ(Get(*table, "/é"), "404");
}

TEST("params are offsets in the path that was asked for") {
  const auto table = MustCompile(Patterns({"b/<int:n>/"}));
  Match match;
  table->MatchView(Method::kGet, "/b/77/", &match);
  CHECK_EQ(match.param_count, 1);
  CHECK_EQ(match.params[0].offset, 3);
  CHECK_EQ(match.params[0].length, 2);
}

TEST("the first route that matches wins, whatever its specificity") {
  const auto table = MustCompile(Patterns({"a/<slug:s>/", "a/b/", "<path:p>", "a/1/"}));
  CHECK_EQ(Get(*table, "/a/b/"), "view 100 [b]");
  CHECK_EQ(Get(*table, "/a/1/"), "view 100 [1]");
  CHECK_EQ(Get(*table, "/a/1.0/"), "view 102 [a/1.0/]");
}

TEST("a literal route before a converter wins over it") {
  const auto table = MustCompile(Patterns({"a/b/", "a/<slug:s>/"}));
  CHECK_EQ(Get(*table, "/a/b/"), "view 100");
  CHECK_EQ(Get(*table, "/a/bb/"), "view 101 [bb]");
}

TEST("a dead end behind the longest literal falls back to a converter before it") {
  const auto table = MustCompile(Patterns({"users/me/edit", "users/<slug:s>", "<path:p>"}));
  CHECK_EQ(Get(*table, "/users/me/edit"), "view 100");
  CHECK_EQ(Get(*table, "/users/me"), "view 101 [me]");
  CHECK_EQ(Get(*table, "/users/me/ed"), "view 102 [users/me/ed]");
}

TEST("a node with many children finds each of them") {
  std::vector<std::string> patterns;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte != '/' && byte != '<' && byte != '>') patterns.push_back(std::string(1, static_cast<char>(byte)) + "/x");
  }
  const auto table = MustCompile(Patterns(patterns));
  for (size_t i = 0; i < patterns.size(); ++i) {
    CHECK_EQ(Get(*table, "/" + patterns[i]), "view " + std::to_string(100 + i));
  }
  CHECK_EQ(Get(*table, "/>/x"), "404");
}

TEST("of two entries with one path the first that allows the method wins") {
  Specification specification;
  Add(&specification, "items", kGet);
  Add(&specification, "items", kPost);
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kGet, "/items"), "view 100");
  CHECK_EQ(Ask(*table, Method::kHead, "/items"), "view 100");
  CHECK_EQ(Ask(*table, Method::kPost, "/items"), "view 101");
}

TEST("a method that no matching entry allows gets the union of their methods") {
  Specification specification;
  Add(&specification, "items", Bit(Method::kTrace) | kPost);
  Add(&specification, "<slug:name>", kGet);
  Add(&specification, "<path:any>", Bit(Method::kPatch));
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kPut, "/items"), "405 GET, HEAD, POST, PATCH, OPTIONS, TRACE");
  CHECK_EQ(Ask(*table, Method::kPut, "/other"), "405 GET, HEAD, PATCH, OPTIONS");
  CHECK_EQ(Ask(*table, Method::kPut, "/a/b"), "405 PATCH, OPTIONS");
}

TEST("a route whose methods do not match leaves the request to a later one") {
  Specification specification;
  Add(&specification, "items/new", kPost);
  Add(&specification, "items/<slug:name>", kGet);
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kGet, "/items/new"), "view 101 [new]");
}

TEST("OPTIONS is answered by the table unless an entry takes it") {
  Specification specification;
  Add(&specification, "a", kGet);
  Add(&specification, "b", kGet);
  Add(&specification, "b", kOptions);
  Add(&specification, "c", kAnyMethod);
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kOptions, "/a"), "204 GET, HEAD, OPTIONS");
  CHECK_EQ(Ask(*table, Method::kOptions, "/b"), "view 102");
  CHECK_EQ(Ask(*table, Method::kOptions, "/c"), "view 103");
  CHECK_EQ(Ask(*table, Method::kOptions, "/d"), "404");
}

TEST("an unknown method matches only routes for every method") {
  Specification specification;
  Add(&specification, "some", 0x7FFFFFFF);
  Add(&specification, "any", kAnyMethod);
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kOther, "/some"), "405 GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, CONNECT, TRACE");
  CHECK_EQ(Ask(*table, Method::kOther, "/any"), "view 101");
}

TEST("a route without methods refuses all of them") {
  Specification specification;
  Add(&specification, "none", 0);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/none"), "405 OPTIONS");
}

TEST("a native route before every opaque candidate wins") {
  Specification specification;
  Add(&specification, "blog/<int:id>", kAnyMethod);
  Add(&specification, "blog/", kAnyMethod, true);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/blog/1"), "view 100 [1]");
  CHECK_EQ(Get(*table, "/blog/x"), "opaque 1");
  CHECK_EQ(Get(*table, "/blo"), "404");
}

TEST("an opaque candidate before the native route goes to JavaScript by its position") {
  Specification specification;
  Add(&specification, "x", kAnyMethod);
  Add(&specification, "blog/2", kAnyMethod, true);
  Add(&specification, "blog/", kAnyMethod, true);
  Add(&specification, "blog/<int:id>", kAnyMethod);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/blog/2013"), "opaque 1");
  CHECK_EQ(Get(*table, "/blog/1"), "opaque 2");
}

TEST("a native route that refuses the method gives way to a later opaque candidate") {
  Specification specification;
  Add(&specification, "blog/", kGet);
  Add(&specification, "", kAnyMethod, true);
  const auto table = MustCompile(specification);
  CHECK_EQ(Ask(*table, Method::kGet, "/blog/"), "view 100");
  CHECK_EQ(Ask(*table, Method::kPost, "/blog/"), "opaque 1");
  CHECK_EQ(Ask(*table, Method::kOptions, "/blog/"), "opaque 1");
}

TEST("an opaque prefix is literal text, brackets included") {
  Specification specification;
  Add(&specification, "a<b", kAnyMethod, true);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/a<bc"), "opaque 0");
  CHECK_EQ(Get(*table, "/a"), "404");
}

TEST("a miss whose path with a slash matches is redirected whatever the method") {
  Specification specification;
  Add(&specification, "blog/<int:id>/", kGet);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/blog/1"), "slash");
  CHECK_EQ(Ask(*table, Method::kPost, "/blog/1"), "slash");
  CHECK_EQ(Ask(*table, Method::kOther, "/blog/1"), "slash");
  CHECK_EQ(Get(*table, "/blog/x"), "404");
  CHECK_EQ(Get(*table, "/blog"), "404");
}

TEST("a path that matches without the slash is not redirected") {
  Specification specification;
  Add(&specification, "blog", kPost);
  Add(&specification, "blog/", kGet);
  const auto table = MustCompile(specification);
  CHECK_EQ(Get(*table, "/blog"), "405 POST, OPTIONS");
}

TEST("a path that ends with a slash is not redirected to one with two") {
  const auto table = MustCompile(Patterns({"a//"}));
  CHECK_EQ(Get(*table, "/a/"), "404");
}

TEST("a path that would pass 65535 bytes with the slash is not redirected") {
  const auto table = MustCompile(Patterns({"<slug:s>/"}));
  CHECK_EQ(Get(*table, "/" + std::string(65533, 'a')), "slash");
  CHECK_EQ(Get(*table, "/" + std::string(65534, 'a')), "404");
}

TEST("append_slash off means no redirect") {
  Specification specification = Patterns({"blog/"});
  specification.append_slash = false;
  CHECK_EQ(Get(*MustCompile(specification), "/blog"), "404");
}

TEST("an opaque prefix that only the path with a slash begins with goes to JavaScript") {
  Specification specification;
  Add(&specification, "blog/", kAnyMethod, true);
  CHECK_EQ(Get(*MustCompile(specification), "/blog"), "opaque 0");
  Add(&specification, "blog/", kAnyMethod);
  CHECK_EQ(Get(*MustCompile(specification), "/blog"), "slash");
  specification.append_slash = false;
  CHECK_EQ(Get(*MustCompile(specification), "/blog"), "404");
}

Specification Mounts(const std::vector<std::string>& prefixes) {
  Specification specification;
  for (const std::string& prefix : prefixes) {
    specification.mounts.push_back({prefix, static_cast<uint16_t>(specification.mounts.size())});
  }
  return specification;
}

std::string MountOf(const Table& table, std::string_view path) {
  const MountSpec* mount = table.FindMount(path, {});
  return mount == nullptr ? "none" : mount->prefix;
}

TEST("the longest mount prefix wins") {
  const auto table = MustCompile(Mounts({"/static/", "/static/img/", "/media/"}));
  CHECK_EQ(MountOf(*table, "/static/a.css"), "/static/");
  CHECK_EQ(MountOf(*table, "/static/img/a.png"), "/static/img/");
  CHECK_EQ(MountOf(*table, "/media/"), "/media/");
  CHECK_EQ(MountOf(*table, "/other"), "none");
  CHECK_EQ(MountOf(*table, "/"), "none");
}

TEST("a mount prefix without its slash is the mount, a longer name is not") {
  const auto table = MustCompile(Mounts({"/static/", "/static/img/", "/static-old/"}));
  CHECK_EQ(MountOf(*table, "/static"), "/static/");
  CHECK_EQ(MountOf(*table, "/static/img"), "/static/img/");
  CHECK_EQ(MountOf(*table, "/static/imgs"), "/static/");
  CHECK_EQ(MountOf(*table, "/static-old"), "/static-old/");
  CHECK_EQ(MountOf(*table, "/static-older"), "none");
  CHECK_EQ(MountOf(*table, "/stati"), "none");
}

TEST("the root mount takes every path and gives way to longer prefixes") {
  const auto table = MustCompile(Mounts({"/", "/static/"}));
  CHECK_EQ(MountOf(*table, "/"), "/");
  CHECK_EQ(MountOf(*table, "/statics"), "/");
  CHECK_EQ(MountOf(*table, "/static"), "/static/");
  CHECK_EQ(MountOf(*table, "*"), "none");
  CHECK_EQ(MountOf(*table, ""), "none");
}

TEST("of mounts with one prefix the one whose host says most serves a request") {
  Specification specification;
  for (const char* host : {"", "*.example", "*.b.example", "a.b.example"}) {
    specification.mounts.push_back({"/", static_cast<uint16_t>(specification.mounts.size()), host});
  }
  specification.mounts.push_back({"/static/", 4, "a.b.example"});
  const auto table = MustCompile(specification);
  CHECK_EQ(table->FindMount("/x", "A.b.example")->mount_id, 3);
  CHECK_EQ(table->FindMount("/x", "c.b.example")->mount_id, 2);
  CHECK_EQ(table->FindMount("/x", "b.example")->mount_id, 1);
  CHECK_EQ(table->FindMount("/x", "example")->mount_id, 0);
  CHECK_EQ(table->FindMount("/x", "")->mount_id, 0);
  CHECK_EQ(table->FindMount("/static/x", "a.b.example")->mount_id, 4);
  CHECK_EQ(table->FindMount("/static/x", "c.b.example")->mount_id, 2);
}

TEST("where no mount of a prefix serves the host, a shorter prefix may, or none") {
  Specification specification;
  specification.mounts = {{"/a/", 0, "one.example"}, {"/a/b/", 1, "two.example"}};
  const auto table = MustCompile(specification);
  CHECK_EQ(table->FindMount("/a/b/x", "one.example")->mount_id, 0);
  CHECK(table->FindMount("/a/x", "two.example") == nullptr);
}

TEST("a mount prefix without its slashes or given twice is an error") {
  CHECK(ErrorOf(Mounts({"static/"})).find("must begin and end") != std::string::npos);
  CHECK(ErrorOf(Mounts({"/static"})).find("must begin and end") != std::string::npos);
  CHECK(ErrorOf(Mounts({""})).find("must begin and end") != std::string::npos);
  CHECK(ErrorOf(Mounts({"/a/", "/a/"})).find("given twice") != std::string::npos);
}

TEST("several threads match on one table at the same time") {
  const auto table = MustCompile(Patterns({"<slug:a>-<slug:b>-<slug:c>/", "<path:p>/x", "a/b/"}));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&table] {
      for (int round = 0; round < 2000; ++round) {
        CHECK_EQ(Get(*table, "/a-b-c-d/"), "view 100 [a-b] [c] [d]");
        CHECK_EQ(Get(*table, "/a/b"), "slash");
        CHECK_EQ(Get(*table, "/1/2/x"), "view 101 [1/2]");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST("a thread may go from one table to another") {
  const auto small = MustCompile(Patterns({"<slug:a>-<slug:b>x"}));
  const auto large =
      MustCompile(Patterns({"<slug:a>-<slug:b>y", "<slug:a>-<int:b>-<slug:c>x", "<path:a>/<path:b>/<slug:c>x"}));
  for (int round = 0; round < 3; ++round) {
    CHECK_EQ(Get(*small, "/a-b-cx"), "view 100 [a-b] [c]");
    CHECK_EQ(Get(*large, "/a-1-cx"), "view 101 [a] [1] [c]");
    CHECK_EQ(Get(*large, "/a/b/c/dx"), "view 102 [a/b] [c] [d]");
  }
}

}  // namespace
}  // namespace fastserve::route
