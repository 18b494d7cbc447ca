#include "native/tls/server_names.h"

#include "native/base/bytes.h"

namespace fastserve::tls {

namespace {

constexpr size_t kMaxNameBytes = 255;  // RFC 1035 2.3.4

std::string Normal(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  std::string lower(name);
  for (char& c : lower) c = base::ToLowerAscii(c);
  return lower;
}

}  // namespace

void ServerNames::Add(std::string_view name, size_t certificate) {
  const std::string normal = Normal(name);
  if (normal.size() > 2 && normal.starts_with("*.")) {
    wildcard_.emplace(normal.substr(1), certificate);
  } else {
    exact_.emplace(normal, certificate);
  }
}

size_t ServerNames::Find(std::string_view name) const {
  if (name.size() > kMaxNameBytes) return kNone;
  const std::string normal = Normal(name);
  if (const auto found = exact_.find(normal); found != exact_.end()) return found->second;
  const size_t dot = normal.find('.');
  if (dot == std::string::npos || dot == 0) return kNone;
  const auto found = wildcard_.find(std::string_view(normal).substr(dot));
  return found == wildcard_.end() ? kNone : found->second;
}

}  // namespace fastserve::tls
