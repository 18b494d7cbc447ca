// A parsed request at the gate (gate.h), before its lane is chosen.
//
// DESIGN: a request that has to wait for its rate stays what it is, bytes in the input: nothing is read behind it, and when
// its time has come it is parsed again. So it costs no exchange, and requests of one connection keep their order.
#include "native/base/clock.h"
#include "native/http/host_pattern.h"
#include "native/http/path.h"
#include "native/server/connection.h"
#include "native/server/gate.h"
#include "native/server/io_thread.h"
#include "native/server/request_facts.h"

namespace fastserve::server {

// Nothing: the gate has no say (a health answer, or a path without a normal form, which the router refuses). With held_ set the
// head is to be left where it is.
std::optional<Admission> Connection::AskGate(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin,
                                             uint64_t declared_length) {
  std::string_view path = head_bytes.substr(head.path_offset, head.path_length);
  std::string normal(path.size(), '\0');
  size_t length = 0;
  switch (path.empty() ? http::PathStatus::kUnchanged : http::NormalizePath(path, normal.data(), &length)) {
    case http::PathStatus::kUnchanged: break;
    case http::PathStatus::kNormalized: path = std::string_view(normal).substr(0, length); break;
    case http::PathStatus::kBad: return std::nullopt;
  }
  if (path.empty()) path = "/";
  if (io_.options().health.enabled() && io_.Health(path).status != 0) return std::nullopt;
  const variables::RequestFacts facts = FactsOf(*this, head, head_bytes, path, origin);
  const std::string_view host = http::HostOf(head_bytes.substr(head.authority_offset, head.authority_length));
  Admission admission =
      io_.options().gate->Admit({facts, host, declared_length, base::MonotonicNs(), paid_}, io_.counters());
  paid_ = false;
  constexpr int64_t kNsPerMs = 1'000'000;
  if (admission.status == 0 && admission.delay_ns >= kNsPerMs) HoldHead(admission.delay_ns / kNsPerMs);
  return admission;
}

// False: the exchange has its answer.
bool Connection::TakeAdmission(Exchange* exchange, Admission* admission) {
  body_limit_ = admission->body_limit;
  exchange->concurrency = std::move(admission->slot);
  if (admission->status == 0) return true;
  SendStatus(exchange, admission->status, admission->fields, admission->status == 413);
  return false;
}

void Connection::HoldHead(int64_t delay_ms) {
  held_ = true;
  held_until_ms_ = io_.now_ms() + delay_ms;
  if (wait_ != Wait::kWrite) wait_ = Wait::kNone;
  UpdateIdleWait();
}

void Connection::ReleaseHead() {
  held_ = false;
  paid_ = true;
  wait_ = Wait::kNone;
  io_.AddReady(this);
}

}  // namespace fastserve::server
