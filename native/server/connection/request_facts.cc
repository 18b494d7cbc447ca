#include "native/server/connection/request_facts.h"

#include "native/http/response/error_page.h"
#include "native/server/connection/connection.h"

namespace fastserve::server {

std::string_view GivenRequestId(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin) {
  const http::Field* id = origin.trusted ? head.Find(http::FieldId::kXRequestId) : nullptr;
  if (id == nullptr) return {};
  const std::string_view value = head_bytes.substr(id->value_offset, id->value_length);
  return http::IsSafeRequestId(value) ? value : std::string_view{};
}

variables::RequestFacts FactsOf(const Connection& connection, const http::RequestHead& head, std::string_view head_bytes,
                                std::string_view path, const Origin& origin) {
  variables::RequestFacts facts;
  facts.head = &head;
  facts.head_bytes = head_bytes;
  facts.path = path;
  facts.client = queue::ToIpAddress(origin.peer);
  facts.client_port = origin.peer.port;
  facts.server_port = connection.listening().port;
  facts.tls = origin.tls;
  facts.request_id = GivenRequestId(head, head_bytes, origin);
  if (const tls::Session* session = connection.session(); session != nullptr) {
    facts.ssl_protocol = session->protocol();
    facts.ssl_cipher = session->cipher();
    facts.ssl_server_name = session->server_name();
  }
  return facts;
}

}  // namespace fastserve::server
