// What the route table must answer, written for clarity only: every route in order, plain backtracking, allocations.
// Shares no code with native/route but the plain data of its contract.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/route/table.h"

namespace fastserve::route {

struct ReferenceResult {
  MatchKind kind = MatchKind::kNotFound;
  uint16_t route_id = 0;
  std::vector<std::pair<size_t, size_t>> params;  // offset, length
  std::string allow;
};

class ReferenceMatcher {
 public:
  explicit ReferenceMatcher(const Specification& specification) : specification_(specification) {}

  ReferenceResult Match(http::Method method, const std::string& path) const {
    ReferenceResult result;
    std::vector<const RouteSpec*> refusing;
    for (size_t i = 0; i < specification_.routes.size(); ++i) {
      const RouteSpec& route = specification_.routes[i];
      if (route.opaque) {
        if (path.compare(1, route.pattern.size(), route.pattern) != 0) continue;
        return {MatchKind::kOpaque, static_cast<uint16_t>(i), {}, ""};
      }
      std::vector<std::pair<size_t, size_t>> params;
      if (!Matches(route.pattern, path, &params)) continue;
      if (Allows(route.methods, method)) return {MatchKind::kView, route.route_id, params, ""};
      refusing.push_back(&route);
    }
    // An opaque entry behind a refusing one was returned above: it may allow the method.
    if (!refusing.empty()) {
      result.kind = method == http::Method::kOptions ? MatchKind::kOptions : MatchKind::kMethodNotAllowed;
      result.allow = AllowOf(refusing);
    } else if (specification_.append_slash && path.back() != '/') {
      result = MatchWithSlash(path + "/");
    }
    return result;
  }

 private:
  ReferenceResult MatchWithSlash(const std::string& path) const {
    ReferenceResult result;
    for (size_t i = specification_.routes.size(); i-- > 0;) {
      const RouteSpec& route = specification_.routes[i];
      std::vector<std::pair<size_t, size_t>> params;
      if (!route.opaque && Matches(route.pattern, path, &params)) return {MatchKind::kSlashRedirect, 0, {}, ""};
      if (route.opaque && path.compare(1, route.pattern.size(), route.pattern) == 0) {
        result = {MatchKind::kOpaque, static_cast<uint16_t>(i), {}, ""};
      }
    }
    return result;
  }

  static bool Allows(MethodSet methods, http::Method method) {
    if (methods == kAnyMethod) return true;
    if (method == http::Method::kOther) return false;
    if (method == http::Method::kHead && (methods & Bit(http::Method::kGet))) return true;
    return (methods & Bit(method)) != 0;
  }

  static std::string AllowOf(const std::vector<const RouteSpec*>& routes) {
    const std::vector<std::string> names = {"GET",   "HEAD",    "POST",    "PUT",  "DELETE",
                                            "PATCH", "OPTIONS", "CONNECT", "TRACE"};
    std::string text;
    for (size_t i = 0; i < names.size(); ++i) {
      bool listed = names[i] == "OPTIONS";
      for (const RouteSpec* route : routes) listed = listed || Allows(route->methods, static_cast<http::Method>(i));
      if (listed) text += (text.empty() ? "" : ", ") + names[i];
    }
    return text;
  }

  using Params = std::vector<std::pair<size_t, size_t>>;
  using Steps = std::vector<std::vector<bool>>;  // by offset in the pattern, then in the path

  static bool Matches(const std::string& pattern, const std::string& path, Params* params) {
    Steps failed(pattern.size(), std::vector<bool>(path.size() + 1));
    return MatchFrom(pattern, 0, path, 1, params, &failed);
  }

  // One step of a regular expression's backtracking: pattern.substr(at) on path.substr(offset). `failed` holds the
  // steps that came to nothing before, without which long paths would take seconds.
  static bool MatchFrom(const std::string& pattern, size_t at, const std::string& path, size_t offset, Params* params,
                        Steps* failed) {
    if (at == pattern.size()) return offset == path.size();
    if ((*failed)[at][offset]) return false;
    if (pattern[at] != '<') {
      if (offset < path.size() && path[offset] == pattern[at] &&
          MatchFrom(pattern, at + 1, path, offset + 1, params, failed)) {
        return true;
      }
      (*failed)[at][offset] = true;
      return false;
    }
    const size_t close = pattern.find('>', at);
    const size_t colon = pattern.find(':', at);
    const std::string_view converter = colon < close ? std::string_view(pattern).substr(at + 1, colon - at - 1) : "str";
    size_t longest = offset;
    while (longest < path.size() && MayHold(converter, path[longest])) ++longest;
    for (size_t end = longest; end > offset; --end) {
      if (converter == "uuid" && !IsUuid(std::string_view(path).substr(offset, end - offset))) continue;
      const bool inside_character = end < path.size() && (path[end] & 0xC0) == 0x80;
      if (inside_character && (converter == "str" || converter == "path")) continue;
      params->emplace_back(offset, end - offset);
      if (MatchFrom(pattern, close + 1, path, end, params, failed)) return true;
      params->pop_back();
    }
    (*failed)[at][offset] = true;
    return false;
  }

  static bool MayHold(std::string_view converter, char byte) {
    const bool digit = byte >= '0' && byte <= '9';
    if (converter == "int") return digit;
    if (converter == "str") return byte != '/';
    if (converter == "path") return byte != '\n';
    if (converter == "uuid") return digit || byte == '-' || (byte >= 'a' && byte <= 'f');
    return digit || byte == '-' || byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  }

  static bool IsUuid(std::string_view value) {
    const std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (value.size() != shape.size()) return false;
    for (size_t i = 0; i < shape.size(); ++i) {
      if ((shape[i] == '-') != (value[i] == '-')) return false;
    }
    return true;
  }

  const Specification& specification_;
};

}  // namespace fastserve::route
