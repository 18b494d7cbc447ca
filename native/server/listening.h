// What the connections of one listener have in common. Set before the I/O threads start.
#pragma once

#include <cstdint>

#include "native/tls/context.h"

namespace fastserve::server {

struct Listening {
  bool secure = false;         // TLS, with the context of the slot
  bool proxied = false;        // every connection begins with a PROXY header, in clear
  bool redirects = false;      // answers everything with a redirect to https
  uint16_t port = 0;           // its own, once it is bound; 0: a unix socket
  uint16_t https_port = 0;     // where to, once it is bound
  tls::ContextSlot tls;
};

}  // namespace fastserve::server
