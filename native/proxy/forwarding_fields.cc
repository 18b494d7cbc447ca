#include "native/proxy/forwarding_fields.h"

#include "native/base/bytes.h"
#include "native/http/field_list.h"

namespace fastserve::proxy {

namespace {

using http::FieldId;

void AppendXForwarded(const http::RequestHead& head, std::string_view head_bytes, const ClientFacts& facts,
                      std::string_view host, std::string* out) {
  const bool names_client = !facts.disguised || facts.client.family != 0;
  if (names_client) {
    base::AppendAll(out, "X-Forwarded-For: ");
    const bool continues = facts.trusted && !facts.disguised;
    if (continues && http::AppendJoined(head, head_bytes, FieldId::kXForwardedFor, out)) out->append(", ");
    AppendAddress(facts.disguised ? facts.client : facts.peer, out);
    base::AppendAll(out, "\r\n");
  }
  out->append(facts.tls ? std::string_view("X-Forwarded-Proto: https\r\n") : std::string_view("X-Forwarded-Proto: http\r\n"));
  if (!host.empty()) base::AppendAll(out, "X-Forwarded-Host: ", host, "\r\n");
}

void AppendStandard(const ClientFacts& facts, std::string_view proto, std::string_view host, std::string* out) {
  const bool is_ipv6 = facts.client.family == 6;
  out->append(is_ipv6 ? "Forwarded: for=\"[" : "Forwarded: for=");
  AppendAddress(facts.client, out);
  if (is_ipv6) out->append("]\"");
  if (!host.empty()) base::AppendAll(out, ";host=\"", host, "\"");
  base::AppendAll(out, ";proto=", proto, "\r\n");
}

}  // namespace

void AppendAddress(const base::IpAddress& address, std::string* out) {
  if (address.family == 0) out->append("unknown");
  base::AppendIpAddress(address, out);
}

void AppendForwardingFields(const http::RequestHead& head, std::string_view head_bytes, ForwardedForm form,
                            const ClientFacts& facts, std::string* out) {
  if (form == ForwardedForm::kNone) return;
  const std::string_view proto = facts.tls ? "https" : "http";
  const std::string_view host = head_bytes.substr(head.authority_offset, head.authority_length);
  if (form != ForwardedForm::kStandard) AppendXForwarded(head, head_bytes, facts, host, out);
  if (form != ForwardedForm::kXForwarded) AppendStandard(facts, proto, host, out);
}

}  // namespace fastserve::proxy
