// Random URLconfs and paths: the table must answer exactly as the reference matcher does.
#include <map>
#include <random>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // false alarm of g++ 12 in <regex> with sanitizers
#include <regex>
#pragma GCC diagnostic pop

#include "test/native/route/helpers.h"
#include "test/native/route/reference_matcher.h"
#include "test/native/testing.h"

namespace fastserve::route {
namespace {

const std::string kUuid = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";

// Small alphabets on purpose: literals that overlap each other and the converters' values.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t limit) { return random_() % limit; }
  bool Chance(uint32_t percent) { return Below(100) < percent; }

  Specification UrlConf() {
    Specification specification;
    specification.append_slash = Chance(80);
    const bool with_opaque = Chance(40);
    const bool any_method = Chance(30);
    std::vector<std::string> includes = {"", "", Piece(2), Piece(3)};
    const uint32_t count = 1 + Below(24);
    for (uint32_t i = 0; i < count; ++i) {
      RouteSpec route;
      route.opaque = with_opaque && Chance(10);
      route.methods = any_method || Chance(15) ? kAnyMethod : random_() & random_() & 0x3FF;
      route.route_id = static_cast<uint16_t>(1000 - i);
      if (i > 0 && !route.opaque && Chance(15)) {
        const RouteSpec& other = specification.routes[Below(i)];  // the same path with other methods
        route.pattern = other.opaque ? "" : other.pattern;
      } else {
        route.pattern = route.opaque ? Literal() + Literal() : includes[Below(4)] + Piece(1 + Below(5));
      }
      route.pattern = Valid(route.pattern);
      specification.routes.push_back(route);
    }
    return specification;
  }

  std::string Path(const Specification& specification) {
    std::string path = "/";
    if (Chance(25)) {
      for (uint32_t i = Below(6); i > 0; --i) path += Chance(30) ? Value(Below(5)) : Literal();
      return path;
    }
    path += Instance(specification.routes[Below(specification.routes.size())].pattern);
    if (Chance(20) && path.size() > 1) path.pop_back();
    if (Chance(10)) path += "/";
    if (Chance(10)) path.insert(1 + Below(path.size()), Literal());
    return path;
  }

 private:
  std::string Literal() {
    static const std::vector<std::string> literals = {"a", "b",   "ab", "a/", "/",  "/",  "-",
                                                      "1", "ba/", "é",  "a-", "\n", "12", "_"};
    return literals[Below(literals.size())];
  }

  std::string Piece(uint32_t parts) {
    static const std::vector<std::string> converters = {"<int:n>",  "<str:n>",  "<slug:n>",
                                                        "<uuid:n>", "<path:n>", "<n>"};
    std::string text;
    for (; parts > 0; --parts) text += Chance(50) ? Literal() : converters[Below(converters.size())];
    return text;
  }

  // Gives the parameters different names, and no pattern a leading slash.
  static std::string Valid(std::string pattern) {
    while (pattern.starts_with('/')) pattern.erase(0, 1);
    char name = 'a';
    for (size_t close = pattern.find('>'); close != pattern.npos; close = pattern.find('>', close + 1)) {
      pattern[close - 1] = name++;
    }
    return pattern;
  }

  std::string Value(uint32_t converter) {
    static const std::vector<std::vector<std::string>> values = {
        {"1", "12", "112"}, {"a", "é", "a-b1", "ab", "\n"}, {"a-a", "1", "ab-12", "-"}, {kUuid},
        {"a/b", "a", "/", "1/é-", "a-a/a-a", "a\nb"}};
    return values[converter][Below(values[converter].size())];
  }

  // Index into Value's table.
  static uint32_t ConverterOf(std::string_view inside) {
    if (inside.starts_with("int:")) return 0;
    if (inside.starts_with("slug:")) return 2;
    if (inside.starts_with("uuid:")) return 3;
    return inside.starts_with("path:") ? 4 : 1;
  }

  // A path that the pattern is likely to match.
  std::string Instance(const std::string& pattern) {
    std::string path;
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] != '<') {
        path += pattern[i];
        continue;
      }
      path += Value(Chance(85) ? ConverterOf(std::string_view(pattern).substr(i + 1)) : Below(5));
      i = pattern.find('>', i);
    }
    return path;
  }

  std::mt19937 random_;
};

std::string Describe(const ReferenceResult& result, const std::string& path) {
  Match match;
  match.kind = result.kind;
  match.route_id = result.route_id;
  match.allow = result.allow;
  for (const auto& [offset, length] : result.params) {
    match.params[match.param_count++] = {static_cast<uint16_t>(offset), static_cast<uint16_t>(length)};
  }
  return Describe(match, path);
}

std::string Context(const Specification& specification, Method method, const std::string& path) {
  std::string text = "method " + std::to_string(static_cast<int>(method)) + " path " + path + " of";
  for (const RouteSpec& route : specification.routes) {
    text += std::string(route.opaque ? "\nopaque " : "\n") + route.pattern;
    text += " methods " + std::to_string(route.methods);
  }
  return text + "\n";
}

TEST("300 random URLconfs answer 300 random paths each as the reference matcher does") {
  std::map<MatchKind, int> seen;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Generator generator(seed);
    const Specification specification = generator.UrlConf();
    const std::shared_ptr<const Table> table = MustCompile(specification);
    const ReferenceMatcher reference(specification);
    for (int i = 0; i < 300; ++i) {
      const std::string path = generator.Path(specification);
      const auto method = static_cast<Method>(generator.Below(http::kMethodCount));
      const ReferenceResult expected = reference.Match(method, path);
      ++seen[expected.kind];
      const std::string actual = Ask(*table, method, path);
      if (actual == Describe(expected, path)) continue;
      const std::string context = Context(specification, method, path);
      CHECK_EQ(context + actual, context + Describe(expected, path));
      return;
    }
  }
  // The generator is worth something only if every outcome is common.
  for (int kind = 0; kind <= static_cast<int>(MatchKind::kNotFound); ++kind) {
    CHECK(seen[static_cast<MatchKind>(kind)] >= 500);
  }
}

// The pattern as the regular expression that Django would compile.
std::string RegexOf(const std::string& pattern) {
  static const std::map<std::string, std::string> classes = {
      {"int", "([0-9]+)"}, {"slug", "([-a-zA-Z0-9_]+)"}, {"path", "([^\\n]+)(?![\\x80-\\xBF])"},
      {"uuid", "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"}, {"str", "([^/]+)(?![\\x80-\\xBF])"}};
  std::string regex = "/";
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '<') {
      regex += pattern[i];
      continue;
    }
    const size_t close = pattern.find('>', i);
    const size_t colon = pattern.find(':', i);
    regex += classes.at(colon < close ? pattern.substr(i + 1, colon - i - 1) : "str");
    i = close;
  }
  return regex;
}

TEST("captures are those of a regular expression") {
  int matched = 0;
  for (uint32_t seed = 1000; seed < 1050; ++seed) {
    Generator generator(seed);
    Specification specification = generator.UrlConf();
    specification.routes.resize(1);
    specification.append_slash = false;
    RouteSpec& route = specification.routes[0];
    route.opaque = false;
    route.methods = kAnyMethod;
    const std::shared_ptr<const Table> table = MustCompile(specification);
    const std::regex regex(RegexOf(route.pattern));
    for (int i = 0; i < 30; ++i) {
      const std::string path = generator.Path(specification);
      std::smatch groups;
      std::string expected = "404";
      if (std::regex_match(path, groups, regex)) {
        ++matched;
        expected = "view 1000";
        for (size_t group = 1; group < groups.size(); ++group) expected += " [" + groups[group].str() + "]";
      }
      const std::string context = route.pattern + " on " + path + ": ";
      CHECK_EQ(context + Get(*table, path), context + expected);
    }
  }
  CHECK(matched > 250);
}

}  // namespace
}  // namespace fastserve::route
