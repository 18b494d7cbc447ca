#include "native/http/grammar/host_pattern.h"

#include "native/base/bytes.h"

namespace fastserve::http {

std::string_view HostOf(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  std::string_view host = authority.substr(0, authority.find(':'));
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool HostMatches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return base::EqualsIgnoreCase(pattern, host);
  const std::string_view suffix = pattern.substr(1);
  return host.size() > suffix.size() && base::EqualsIgnoreCase(host.substr(host.size() - suffix.size()), suffix);
}

bool IsMoreSpecific(std::string_view pattern, std::string_view other) {
  const auto rank = [](std::string_view text) { return text.empty() ? 2 : text.starts_with("*.") ? 1 : 0; };
  if (rank(pattern) != rank(other)) return rank(pattern) < rank(other);
  return pattern.size() > other.size();
}

}  // namespace fastserve::http
