// Compile errors: each says what was found, what was expected and what to do.
#include "test/native/route/helpers.h"
#include "test/native/testing.h"

namespace fastserve::route {
namespace {

bool Has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST("an unknown converter is an error that lists the five and names rePath") {
  const std::string error = ErrorOf(Patterns({"ok/", "item/<number:id>/"}));
  CHECK(Has(error, "\"item/<number:id>/\""));
  CHECK(Has(error, "the converter \"number\""));
  CHECK(Has(error, "int, str, slug, uuid or path"));
  CHECK(Has(error, "rePath()"));
}

TEST("a compile error carries the pattern") {
  auto compiled = Compile(Patterns({"a/", "<int:>/"}));
  auto* error = std::get_if<CompileError>(&compiled);
  REQUIRE(error != nullptr);
  CHECK_EQ(error->pattern, "<int:>/");
}

TEST("an empty converter name is an unknown converter") { CHECK(Has(ErrorOf(Patterns({"<:id>"})), "converter \"\"")); }

TEST("a parameter name used twice is an error") {
  CHECK(Has(ErrorOf(Patterns({"<int:id>/x/<slug:id>/"})), "the parameter name \"id\" twice"));
}

TEST("a parameter name must be an identifier") {
  for (const char* pattern : {"<>", "<int:>", "<int:1a>", "<int:a-b>", "<int:a:b>", "<int:é>"}) {
    CHECK(Has(ErrorOf(Patterns({pattern})), "has the parameter name"));
  }
}

TEST("a bracket that opens and does not close is an error") {
  CHECK(Has(ErrorOf(Patterns({"blog/<int:id/"})), "a \"<\" without its \">\" at \"<int:id/\""));
  CHECK(Has(ErrorOf(Patterns({"blog/<int:<id>/"})), "a \"<\" without its \">\""));
}

TEST("a bracket that closes and was not opened is an error") {
  CHECK(Has(ErrorOf(Patterns({"blog/int:id>/"})), "a \">\" without its \"<\""));
  CHECK(Has(ErrorOf(Patterns({"<int:id>>/"})), "a \">\" without its \"<\""));
}

TEST("white space inside the brackets is an error") {
  for (const char* pattern : {"<int: id>", "< int:id>", "<int:id >", "<int:\tid>", "<int:i\nd>"}) {
    CHECK(Has(ErrorOf(Patterns({pattern})), "white space inside"));
  }
}

TEST("white space in literal text is no error") { CHECK_EQ(ErrorOf(Patterns({"a b/<int:id>/"})), ""); }

TEST("a pattern that begins with a slash is an error") {
  CHECK(Has(ErrorOf(Patterns({"/blog/"})), "begins with \"/\""));
  Specification opaque = Patterns({"/blog/"});
  opaque.routes[0].opaque = true;
  CHECK(Has(ErrorOf(opaque), "begins with \"/\""));
}

TEST("sixteen parameters are taken and seventeen are an error") {
  std::string pattern;
  for (int i = 0; i < kMaxParams; ++i) pattern += "<int:p" + std::to_string(i) + ">/";
  const std::shared_ptr<const Table> table = MustCompile(Patterns({pattern}));
  CHECK_EQ(Get(*table, "/0/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/"),
           "view 100 [0] [1] [2] [3] [4] [5] [6] [7] [8] [9] [10] [11] [12] [13] [14] [15]");
  CHECK(Has(ErrorOf(Patterns({pattern + "<int:one_more>/"})), "more than 16 parameters"));
}

TEST("a route_id used twice is an error that names both patterns") {
  Specification specification = Patterns({"a/", "b/"});
  specification.routes[1].route_id = 100;
  const std::string error = ErrorOf(specification);
  CHECK(Has(error, "\"a/\""));
  CHECK(Has(error, "\"b/\""));
  CHECK(Has(error, "route_id 100"));
}

TEST("an error message shows control bytes escaped and long patterns cut") {
  const std::string error = ErrorOf(Patterns({"\x1b[2J<" + std::string(500, 'x')}));
  CHECK(Has(error, "\\x1B[2J"));
  CHECK(!Has(error, "\x1b"));
  CHECK(error.size() < 400);
}

}  // namespace
}  // namespace fastserve::route
