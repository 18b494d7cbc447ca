// What an upstream that wants PROXY headers is told of a request's client. The I/O thread.
#pragma once

#include <string>

#include "native/net/proxy_header.h"
#include "native/proxy/rule.h"
#include "native/server/connection/origin.h"

namespace fastserve::server {

class Connection;
class IoThread;

// The header for a connection to the upstream. The client is the one that the forwarding fields name, as far as the rule shows it; the
// destination is where it has connected to, or the trusted proxy before it.
std::string AnnouncedClient(IoThread& io, const Connection& connection, const Origin& origin, const proxy::RuleSpec& rule,
                            net::ProxyVersion version);

}  // namespace fastserve::server
