#include "native/server/connection/announced_client.h"

#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

std::string AnnouncedClient(IoThread& io, const Connection& connection, const Origin& origin, const proxy::RuleSpec& rule,
                            net::ProxyVersion version) {
  const net::SocketEnd local = connection.LocalEnd();
  net::ProxiedConnection told;
  told.source = base::Unmapped(io.Shown(origin.peer, rule.client));
  // A port tells clients behind one address from each other: it is nobody's business when the address is not.
  told.source_port = rule.client == base::ClientShown::kFull ? origin.peer.port : uint16_t{0};
  told.destination = local.address;
  told.destination_port = local.port;
  told.tls = origin.tls;
  std::string header;
  net::AppendProxyHeader(version, told, &header);
  return header;
}

}  // namespace fastserve::server
