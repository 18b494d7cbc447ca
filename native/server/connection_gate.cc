// A parsed request at the gate (gate.h), before its lane is chosen.
#include "native/base/clock.h"
#include "native/http/host_pattern.h"
#include "native/http/path.h"
#include "native/server/connection.h"
#include "native/server/gate.h"
#include "native/server/io_thread.h"
#include "native/server/request_facts.h"

namespace fastserve::server {

// False: the exchange has its answer. A path without a normal form passes: the router refuses it.
bool Connection::PassesGate(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                            const Origin& origin, uint64_t declared_length) {
  std::string_view path = head_bytes.substr(head.path_offset, head.path_length);
  std::string normal(path.size(), '\0');
  size_t length = 0;
  switch (path.empty() ? http::PathStatus::kUnchanged : http::NormalizePath(path, normal.data(), &length)) {
    case http::PathStatus::kUnchanged: break;
    case http::PathStatus::kNormalized: path = std::string_view(normal).substr(0, length); break;
    case http::PathStatus::kBad: return true;
  }
  if (path.empty()) path = "/";
  if (io_.options().health.enabled() && io_.Health(path).status != 0) return true;
  const variables::RequestFacts facts = FactsOf(*this, *exchange, head, head_bytes, path, origin);
  const std::string_view host = http::HostOf(head_bytes.substr(head.authority_offset, head.authority_length));
  Admission admission = io_.options().gate->Admit({facts, host, declared_length, base::MonotonicNs()}, io_.counters());
  body_limit_ = admission.body_limit;
  if (admission.status == 0) {
    exchange->concurrency = std::move(admission.slot);
    return true;
  }
  SendStatus(exchange, admission.status, admission.fields, admission.status == 413);
  return false;
}

}  // namespace fastserve::server
