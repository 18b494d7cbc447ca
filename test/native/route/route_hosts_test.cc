// Routes that only some hosts have.
#include <string>

#include "test/native/route/helpers.h"
#include "test/native/testing.h"

namespace {

using namespace fastserve::route;

RouteSpec Of(std::string host, std::string pattern, uint16_t id, MethodSet methods = kAnyMethod, bool opaque = false) {
  RouteSpec route{std::move(pattern), opaque, methods, id};
  route.host = std::move(host);
  return route;
}

std::string For(const Table& table, std::string_view host, std::string_view path, Method method = Method::kGet) {
  Match match;
  table.MatchView(method, path, &match, host);
  return Describe(match, path);
}

TEST("a route with a host is there for this host alone, and one without for all, in the order of the URLconf") {
  Specification specification;
  specification.routes = {Of("shop.example", "", 0), Of("", "", 1), Of("shop.example", "cart/", 2)};
  const auto table = MustCompile(specification);
  CHECK(table->asks_host());
  CHECK_EQ(For(*table, "shop.example", "/"), "view 0");
  CHECK_EQ(For(*table, "SHOP.example", "/"), "view 0");
  CHECK_EQ(For(*table, "other.example", "/"), "view 1");
  CHECK_EQ(For(*table, "", "/"), "view 1");
  CHECK_EQ(For(*table, "shop.example", "/cart/"), "view 2");
  CHECK_EQ(For(*table, "shop.example", "/cart"), "slash");
  CHECK_EQ(For(*table, "other.example", "/cart/"), "404");
  CHECK_EQ(For(*table, "other.example", "/cart"), "404");
}

TEST("the first route of the URLconf decides, however much its host says") {
  Specification specification;
  specification.routes = {Of("", "a/", 0), Of("x.example", "a/", 1), Of("*.example", "b/", 2), Of("x.example", "b/", 3)};
  const auto table = MustCompile(specification);
  CHECK_EQ(For(*table, "x.example", "/a/"), "view 0");
  CHECK_EQ(For(*table, "x.example", "/b/"), "view 2");
}

TEST("a wildcard stands for all names below it, also beside names and wildcards that say more") {
  Specification specification;
  specification.routes = {Of("x.a.example", "x/", 0), Of("*.a.example", "a/", 1), Of("*.example", "e/", 2), Of("a.example", "own/", 3)};
  const auto table = MustCompile(specification);
  for (const char* path : {"/x/", "/a/", "/e/"}) CHECK(For(*table, "x.a.example", path).starts_with("view"));
  CHECK_EQ(For(*table, "y.a.example", "/x/"), "404");
  CHECK_EQ(For(*table, "y.a.example", "/a/"), "view 1");
  CHECK_EQ(For(*table, "y.a.example", "/e/"), "view 2");
  CHECK_EQ(For(*table, "y.a.example", "/own/"), "404");
  CHECK_EQ(For(*table, "a.example", "/a/"), "404");
  CHECK_EQ(For(*table, "a.example", "/e/"), "view 2");
  CHECK_EQ(For(*table, "a.example", "/own/"), "view 3");
  CHECK_EQ(For(*table, "example", "/e/"), "404");
}

TEST("methods of other hosts' routes are not allowed ones") {
  Specification specification;
  specification.routes = {Of("shop.example", "", 0, Bit(Method::kPost)), Of("", "", 1, Bit(Method::kGet) | Bit(Method::kHead))};
  const auto table = MustCompile(specification);
  CHECK_EQ(For(*table, "shop.example", "/", Method::kPost), "view 0");
  CHECK_EQ(For(*table, "other.example", "/", Method::kPost), "405 GET, HEAD, OPTIONS");
  CHECK_EQ(For(*table, "shop.example", "/", Method::kPut), "405 GET, HEAD, POST, OPTIONS");
}

TEST("opaque routes of other hosts ask nobody") {
  Specification specification;
  specification.routes = {Of("shop.example", "", 0, kAnyMethod, true), Of("", "a/", 1)};
  const auto table = MustCompile(specification);
  CHECK_EQ(For(*table, "shop.example", "/a/"), "opaque 0");
  CHECK_EQ(For(*table, "other.example", "/a/"), "view 1");
}

TEST("without hosts nobody is asked for one") { CHECK(!MustCompile(Patterns({"a/"}))->asks_host()); }

}  // namespace
