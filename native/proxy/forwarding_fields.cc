#include "native/proxy/forwarding_fields.h"

#include "native/base/bytes.h"
#include "native/http/fields/field_list.h"

namespace fastserve::proxy {

namespace {

using http::FieldId;

// More than all constant parts of the lines together.
constexpr size_t kConstantBytes = 192;

char* PutAddress(const base::IpAddress& address, char* to) {
  return address.family == 0 ? base::Put(to, "unknown") : base::PutIpAddress(address, to);
}

// `before`: the client and proxies that a trusted peer has named, with a comma behind them.
char* PutXForwarded(const ClientFacts& facts, std::string_view before, std::string_view host, char* to) {
  const bool names_client = !facts.disguised || facts.client.family != 0;
  if (names_client) {
    to = base::Put(base::Put(to, "X-Forwarded-For: "), before);
    to = base::Put(PutAddress(facts.disguised ? facts.client : facts.peer, to), "\r\n");
  }
  to = facts.tls ? base::Put(to, "X-Forwarded-Proto: https\r\n") : base::Put(to, "X-Forwarded-Proto: http\r\n");
  if (host.empty()) return to;
  return base::Put(base::Put(base::Put(to, "X-Forwarded-Host: "), host), "\r\n");
}

char* PutStandard(const ClientFacts& facts, std::string_view host, char* to) {
  const bool is_ipv6 = facts.client.family == 6;
  to = is_ipv6 ? base::Put(to, "Forwarded: for=\"[") : base::Put(to, "Forwarded: for=");
  to = PutAddress(facts.client, to);
  if (is_ipv6) to = base::Put(to, "]\"");
  if (!host.empty()) to = base::Put(base::Put(base::Put(to, ";host=\""), host), "\"");
  return facts.tls ? base::Put(to, ";proto=https\r\n") : base::Put(to, ";proto=http\r\n");
}

}  // namespace

void AppendAddress(const base::IpAddress& address, std::string* out) {
  if (address.family == 0) out->append("unknown");
  base::AppendIpAddress(address, out);
}

void AppendForwardingFields(const http::RequestHead& head, std::string_view head_bytes, ForwardedForm form,
                            const ClientFacts& facts, std::string* out) {
  if (form == ForwardedForm::kNone) return;
  const std::string_view host = head_bytes.substr(head.authority_offset, head.authority_length);
  std::string before;
  const bool continues = form != ForwardedForm::kStandard && facts.trusted && !facts.disguised;
  if (continues && http::AppendJoined(head, head_bytes, FieldId::kXForwardedFor, &before)) before.append(", ");
  const size_t begin = out->size();
  out->resize(begin + kConstantBytes + before.size() + 2 * (host.size() + base::kMostIpTextBytes));
  char* end = out->data() + begin;
  if (form != ForwardedForm::kStandard) end = PutXForwarded(facts, before, host, end);
  if (form != ForwardedForm::kXForwarded) end = PutStandard(facts, host, end);
  out->resize(static_cast<size_t>(end - out->data()));
}

}  // namespace fastserve::proxy
