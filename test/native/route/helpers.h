// What the tests of the route table share.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "native/route/table.h"

namespace fastserve::route {

using http::Method;

inline std::shared_ptr<const Table> MustCompile(const Specification& specification) {
  auto compiled = Compile(specification);
  if (auto* error = std::get_if<CompileError>(&compiled)) {
    std::fprintf(stderr, "does not compile: %s\n", error->message.c_str());
    std::abort();
  }
  return std::get<std::shared_ptr<const Table>>(std::move(compiled));
}

// Routes for every method; their route_id is 100 + position.
inline Specification Patterns(const std::vector<std::string>& patterns) {
  Specification specification;
  for (const std::string& pattern : patterns) {
    const auto route_id = static_cast<uint16_t>(100 + specification.routes.size());
    specification.routes.push_back({pattern, false, kAnyMethod, route_id});
  }
  return specification;
}

inline std::string ErrorOf(const Specification& specification) {
  auto compiled = Compile(specification);
  auto* error = std::get_if<CompileError>(&compiled);
  return error == nullptr ? "" : error->message;
}

// "view 101 [2013] [hello]", "opaque 3", "405 GET, HEAD, OPTIONS", "204 GET, …", "slash", "404".
inline std::string Describe(const Match& match, std::string_view path) {
  std::string text;
  switch (match.kind) {
    case MatchKind::kView:
      text = "view " + std::to_string(match.route_id);
      break;
    case MatchKind::kOpaque: return "opaque " + std::to_string(match.route_id);
    case MatchKind::kMethodNotAllowed: return "405 " + std::string(match.allow);
    case MatchKind::kOptions: return "204 " + std::string(match.allow);
    case MatchKind::kSlashRedirect: return "slash";
    case MatchKind::kNotFound: return "404";
  }
  for (int i = 0; i < match.param_count; ++i) {
    text += " [" + std::string(path.substr(match.params[i].offset, match.params[i].length)) + "]";
  }
  return text;
}

inline std::string Ask(const Table& table, Method method, std::string_view path) {
  Match match;
  table.MatchView(method, path, &match);
  return Describe(match, path);
}
inline std::string Get(const Table& table, std::string_view path) { return Ask(table, Method::kGet, path); }

}  // namespace fastserve::route
