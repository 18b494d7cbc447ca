// Where a request comes from: the socket's peer, or what trusted proxies say. The I/O thread.
#pragma once

#include <string_view>

#include "native/http/fields/forwarded.h"
#include "native/http/types.h"
#include "native/queue/record_writer.h"

namespace fastserve::server {

struct Origin {
  queue::PeerAddress peer;
  bool tls = false;      // the client's own connection was encrypted
  bool trusted = false;  // the peer of the connection is a trusted proxy: its word counts
};

// Replaces `origin` (the connection's own) and the authority of *head by what the request's fields say, when the connection's
// peer is trusted; else changes nothing. False: the fields cannot be believed (http::ReadForwarded).
bool ApplyForwarded(const http::TrustedPeers& trusted, std::string_view head_bytes, http::RequestHead* head,
                    Origin* origin);

}  // namespace fastserve::server
