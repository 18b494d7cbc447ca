// Which certificate answers which server name (RFC 6066 3, matched as RFC 9525 6.3 says). Immutable once filled.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace fastserve::tls {

class ServerNames {
 public:
  static constexpr size_t kNone = SIZE_MAX;

  // `name`: "example.org", or "*.example.org" for every name with exactly one label more. The first of two equal names stays.
  void Add(std::string_view name, size_t certificate);
  // The certificate for the name that a client sent; exact names win over wildcards. Case and one trailing dot do not count.
  size_t Find(std::string_view name) const;

 private:
  std::map<std::string, size_t, std::less<>> exact_;
  std::map<std::string, size_t, std::less<>> wildcard_;  // by what follows the star: ".example.org"
};

}  // namespace fastserve::tls
