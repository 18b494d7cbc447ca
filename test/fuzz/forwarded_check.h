// What must hold of the forwarding fields whatever a client sends: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <string>
#include <string_view>

#include "native/http/fields/forwarded.h"
#include "native/http/grammar/authority.h"
#include "native/http/request/request_parser.h"

namespace fuzz {

using namespace fastserve;

inline http::TrustedPeers TrustedByFuzz() {
  http::TrustedPeers trusted;
  for (const char* text : {"10.0.0.0/8", "2001:db8:f::/48"}) base::ParseIpNetwork(text, &trusted.networks.emplace_back());
  return trusted;
}

// Puts `forged` in front of every X-Forwarded-For value, as a client does that meddles with the list.
inline std::string WithForgedClient(const http::RequestHead& head, const std::string& bytes, std::string_view forged) {
  std::string changed = bytes;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    if (head.fields[i].name_id != static_cast<uint8_t>(http::FieldId::kXForwardedFor)) continue;
    changed.insert(head.fields[i].value_offset, forged);
    break;
  }
  return changed;
}

// `lines`: field lines of a request, each with CRLF. Empty: all is well, else what is not.
inline std::string FindForwardedFault(std::string_view lines) {
  static const http::TrustedPeers trusted = TrustedByFuzz();
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
  http::RequestHead head;
  if (http::ParseRequestHead(bytes, 0, {}, &head).status != http::ParseStatus::kDone) return "";
  http::ForwardedFacts facts;
  if (!http::ReadForwarded(head, bytes, trusted, &facts)) return "";
  if (facts.client.family != 0 && facts.client.family != 4 && facts.client.family != 6) return "a family of no address";
  if (facts.host_length > 0) {
    if (uint32_t{facts.host_offset} + facts.host_length > head.head_length) return "a host outside the head";
    if (!http::IsAuthority(std::string_view(bytes).substr(facts.host_offset, facts.host_length), http::PortRule::kOptional)) {
      return "a host that is no authority";
    }
  }
  // An untrusted client is the end of the walk: what stands before it cannot change it.
  if (head.Find(http::FieldId::kForwarded) == nullptr && facts.client.family != 0 && !trusted.Contains(facts.client)) {
    const std::string forged = WithForgedClient(head, bytes, "6.6.6.6, ");
    http::RequestHead forged_head;
    http::ForwardedFacts forged_facts;
    if (http::ParseRequestHead(forged, 0, {}, &forged_head).status != http::ParseStatus::kDone) return "";
    if (!http::ReadForwarded(forged_head, forged, trusted, &forged_facts)) return "a forged member breaks the list";
    if (!(forged_facts.client == facts.client)) return "a forged member becomes the client";
  }
  return "";
}

}  // namespace fuzz
