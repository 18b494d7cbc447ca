// Which hosts a server or a mount answers for. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fastserve::http {

// The host of a checked authority, without its port and without the root's dot: "example.com.:80" gives "example.com",
// "[::1]:80" gives "[::1]". A view into `authority`.
std::string_view HostOf(std::string_view authority);

// `pattern`: a host in lower case, or "*." and a host, which stands for every name below that host but not for the host
// itself. `host` as HostOf gives it, in any case.
bool HostMatches(std::string_view pattern, std::string_view host);

// Orders patterns by how much they say: a name before wildcards, a longer wildcard before a shorter one, "" (any) last.
bool IsMoreSpecific(std::string_view pattern, std::string_view other);

}  // namespace fastserve::http
