// uri-host [ ":" port ] of Host and of request-targets (RFC 9110 7.2, RFC 3986 3.2.2). Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::http {

enum class PortRule : unsigned char {
  kOptional,  // "host", "host:", "host:80"
  kRequired,  // "host:80" only: authority-form, RFC 9112 3.2.3
};

// True when `text` is a host that is not empty (a reg-name with valid escapes, an IPv4 address or an IPv6 address in
// brackets, without a zone) and a port from 0 to 65535 as the rule says. User information and IPvFuture are refused.
bool IsAuthority(std::string_view text, PortRule rule);

}  // namespace fastserve::http
