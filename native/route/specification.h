// What the URLconf and the configuration ask of the router, before compilation. Plain data; built on the main thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/http/types.h"
#include "native/route/policy.h"

namespace fastserve::route {

// Bit 1 << Method for each allowed method; kAnyMethod also allows kOther.
using MethodSet = uint32_t;
constexpr MethodSet kAnyMethod = 0xFFFFFFFF;
constexpr MethodSet Bit(http::Method method) { return 1u << static_cast<int>(method); }

// One entry of the flattened URLconf, in Django's order (the first match wins).
struct RouteSpec {
  // Django's path() language without the leading slash, includes already joined: "blog/<int:year>/<slug:title>/".
  // Converters: int str slug uuid path; "<name>" means str. An opaque pattern (rePath, custom converters) gives only
  // its literal prefix here and is decided in JavaScript.
  std::string pattern;
  bool opaque = false;
  MethodSet methods = kAnyMethod;  // GET includes HEAD
  uint16_t route_id = 0;           // what the worker gets; unique
  std::shared_ptr<const RoutePolicy> policy = {};  // nullptr: as the server is set; not for opaque routes
  std::string host = {};           // pattern of http/grammar/host_pattern.h; "" fits every host
};

// Files, or an upstream, that claim a URL prefix.
struct MountSpec {
  std::string prefix;  // begins and ends with "/"; "/" is the root mount
  uint16_t mount_id = 0;
  std::string host = {};  // pattern of http/grammar/host_pattern.h; "" fits every host
};

struct Specification {
  std::vector<RouteSpec> routes;
  std::vector<MountSpec> mounts;
  std::vector<MountSpec> proxied;       // mount_id: which rule of the proxy
  bool append_slash = true;             // a miss whose path + "/" would match is redirected
};

}  // namespace fastserve::route
