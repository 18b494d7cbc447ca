// What the connections of one listener have in common. Set before the I/O threads hear of the listener; kept until the
// server ends, because connections outlive the listener that brought them.
#pragma once

#include <atomic>
#include <cstdint>

#include "native/server/options.h"
#include "native/tls/context.h"

namespace fastserve::server {

struct Listening {
  Listening() = default;
  explicit Listening(const ListenOptions& options)
      : secure(options.secure), proxied(options.address.proxy_protocol), redirects(options.redirects), announcers(options.announcers) {}

  bool secure = false;         // TLS, with the context of the slot
  bool proxied = false;        // every connection begins with a PROXY header, in clear
  bool redirects = false;      // answers everything with a redirect to https
  http::TrustedPeers announcers;  // with proxied: who may connect; none: everybody, and everybody on a unix socket
  // Whether a connection of this peer is taken at all: elsewhere it could name any client.
  bool Takes(const base::IpAddress& peer) const { return !proxied || announcers.none() || peer.family == 0 || announcers.Contains(peer); }

  uint16_t port = 0;           // its own, once it is bound; 0: a unix socket
  std::atomic<uint16_t> https_port{0};  // where to; relaxed: a reload of the configuration may change it while redirects are sent
  tls::ContextSlot tls;
};

}  // namespace fastserve::server
