// The compiled route table: an immutable snapshot, shared by all I/O threads, swapped by pointer.
//
// DESIGN: matching never allocates and takes time bounded by the path, not by the number of routes (a trie over literal
// bytes and converters with backtracking; every terminal carries its position in the URLconf and the lowest position that
// matches wins, which is Django's first-match order).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/route/specification.h"

namespace fastserve::route {

constexpr int kMaxParams = 16;

struct Param {
  uint16_t offset, length;  // in the path that was matched
};

enum class MatchKind : uint8_t {
  kView,              // route_id, params
  kOpaque,            // JavaScript must try the routes from position `route_id` on (an opaque pattern comes first)
  kMethodNotAllowed,  // some route matches the path, none the method: `allow` (Django: the first matching path decides)
  kOptions,           // OPTIONS on a route that does not take it itself: answer 204 with `allow`
  kSlashRedirect,     // the path + "/" matches
  kNotFound,
};

struct Match {
  MatchKind kind = MatchKind::kNotFound;
  uint16_t route_id = 0;
  uint8_t param_count = 0;
  Param params[kMaxParams];
  std::string_view allow;  // "GET, HEAD, OPTIONS": lives as long as the table
};

struct CompileError {
  std::string pattern;
  std::string message;  // what was found, what was expected, the fix
};

class Table {
 public:
  // Thread-safe on a finished table; `path` is decoded, normalised and begins with "/". `host` (http::HostOf): routes of other hosts are not there.
  void MatchView(http::Method method, std::string_view path, Match* match, std::string_view host = {}) const;

  // Whether the host decides which mount, proxied prefix or route is found: else it may be left empty.
  bool asks_host() const { return asks_host_; }

  // The mount with the longest prefix of `path` among those for `host` (http::HostOf), or nullptr; of equal prefixes the one
  // whose host pattern says most. The path "/static" (a prefix without its slash) also gives the mount.
  const MountSpec* FindMount(std::string_view path, std::string_view host) const;

  // The same among the proxied prefixes.
  const MountSpec* FindProxied(std::string_view path, std::string_view host) const;

  size_t route_count() const;

  // What the route asks for, nullptr when it asks for nothing or there is no such route. Requests keep it: it may outlive the
  // table.
  const std::shared_ptr<const RoutePolicy>& PolicyOf(uint16_t route_id) const {
    return route_id < policies_.size() ? policies_[route_id] : kNoPolicy;
  }

  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

 private:
  friend std::variant<std::shared_ptr<const Table>, CompileError> Compile(const Specification&);
  Table();
  struct Impl;
  static const std::shared_ptr<const RoutePolicy> kNoPolicy;
  std::unique_ptr<const Impl> impl_;
  bool asks_host_ = false;
  std::vector<std::shared_ptr<const RoutePolicy>> policies_;  // by route id; empty when no route has one
};

// Compiles on the main thread.
std::variant<std::shared_ptr<const Table>, CompileError> Compile(const Specification& specification);

}  // namespace fastserve::route
