// Which requests a rule is for. Immutable, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::limits {

struct Scope {
  std::string prefix = "/";   // begins and ends with "/"
  std::string host;           // a pattern of http/grammar/host_pattern.h; empty: any
  uint16_t methods = 0;       // bits by http::Method; 0: any

  bool Allows(http::Method method) const { return methods == 0 || (methods >> static_cast<unsigned>(method) & 1) != 0; }
  // `path`: decoded, in normal form; "/admin" is below the prefix "/admin/", too. `host`: as http::HostOf gives it.
  bool Covers(http::Method method, std::string_view path, std::string_view host) const;
};

}  // namespace fastserve::limits
