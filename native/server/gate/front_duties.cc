#include "native/server/gate/front_duties.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/field_lines.h"
#include "native/http/grammar/host_pattern.h"

namespace fastserve::server {

namespace {

constexpr std::string_view kWww = "www.";

bool BeginsWithWww(std::string_view host) { return base::StartsWithIgnoreCase(host, kWww); }

// A dot before a letter: neither an address nor a name of one label.
bool IsDomainName(std::string_view host) {
  for (size_t dot = host.find('.'); dot != std::string_view::npos && dot + 1 < host.size(); dot = host.find('.', dot + 1)) {
    const char next = static_cast<char>(host[dot + 1] | 0x20);
    if (next >= 'a' && next <= 'z') return true;
  }
  return false;
}

}  // namespace

bool FrontDuties::AllowsHost(std::string_view host) const {
  return std::ranges::all_of(hosts, [host](const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns, [host](const std::string& pattern) { return http::HostMatches(pattern, host); });
  });
}

std::string FrontDuties::OtherAuthority(std::string_view authority, std::string_view host) const {
  if (www == WwwRule::kEither || !IsDomainName(host)) return {};
  const bool has = BeginsWithWww(host);
  if (www == WwwRule::kAdd) return has ? std::string() : std::string(kWww).append(authority);
  // "www.example" would become a name of one label.
  const bool more_labels = has && host.find('.', kWww.size()) != std::string_view::npos;
  return std::string(more_labels ? authority.substr(kWww.size()) : std::string_view{});
}

void AppendWithout(std::string_view fields, std::string_view name, std::string* out) {
  http::FieldLine line;
  while (http::TakeFieldLine(&fields, &line)) {
    if (!line.Is(name)) out->append(line.whole);
  }
}

}  // namespace fastserve::server
