#include "native/limits/scope.h"

#include "native/http/grammar/host_pattern.h"

namespace fastserve::limits {

bool Scope::Covers(http::Method method, std::string_view path, std::string_view asked_host) const {
  if (!Allows(method)) return false;
  const std::string_view bare = std::string_view(prefix).substr(0, prefix.size() - 1);
  if (!path.starts_with(prefix) && (bare.empty() || path != bare)) return false;
  return host.empty() || http::HostMatches(host, asked_host);
}

}  // namespace fastserve::limits
