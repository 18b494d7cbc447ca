#include "native/server/connection/origin.h"

namespace fastserve::server {

bool ApplyForwarded(const http::TrustedPeers& trusted, std::string_view head_bytes, http::RequestHead* head,
                    Origin* origin) {
  if (trusted.none() || !trusted.Contains(base::Unmapped(queue::ToIpAddress(origin->peer)))) return true;
  origin->trusted = true;
  http::ForwardedFacts facts;
  if (!http::ReadForwarded(*head, head_bytes, trusted, &facts)) return false;
  if (facts.client.family != 0) origin->peer = queue::FromIpAddress(facts.client, facts.port);
  if (facts.scheme != http::ForwardedScheme::kUnsaid) origin->tls = facts.scheme == http::ForwardedScheme::kHttps;
  if (facts.host_length > 0) {
    head->authority_offset = facts.host_offset;
    head->authority_length = facts.host_length;
  }
  return true;
}

}  // namespace fastserve::server
