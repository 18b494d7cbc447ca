// Fields that tell of what is behind the front: software, versions, machines, addresses. Pure, any thread.
#pragma once

#include <array>
#include <string_view>

#include "native/base/bytes.h"

namespace fastserve::http {

// What upstreams say of themselves, which never reaches clients.
constexpr std::array<std::string_view, 10> kUpstreamNames = {
    "server",      "via",       "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version",
    "x-generator", "x-runtime", "x-served-by",  "x-backend-server", "x-upstream",
};

// What caches and balancers add, which sites may want to be seen: dropped only where the identity is to be hidden.
constexpr std::array<std::string_view, 7> kMachineNames = {
    "x-version", "x-server", "x-backend", "x-varnish", "x-cache-hits", "x-host", "x-node",
};

// `name` in any case.
inline bool RevealsUpstream(std::string_view name) { return base::ContainsIgnoreCase(kUpstreamNames, name); }
inline bool TellsIdentity(std::string_view name) { return RevealsUpstream(name) || base::ContainsIgnoreCase(kMachineNames, name); }

}  // namespace fastserve::http
