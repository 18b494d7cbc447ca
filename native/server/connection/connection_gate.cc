// A parsed request at the gate (gate.h), before its lane is chosen.
//
// DESIGN: a request that has to wait for its rate stays what it is, bytes in the input: nothing is read behind it, and when
// its time has come it is parsed again. So it costs no exchange, and requests of one connection keep their order. The same holds
// for one whose checker (verifier.h) has not answered.
#include <utility>

#include "native/base/clock.h"
#include "native/http/grammar/host_pattern.h"
#include "native/http/grammar/path.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/request_facts.h"
#include "native/server/gate/gate.h"
#include "native/server/gate/verifier.h"
#include "native/server/gate/verify_request.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// Asks the gate, and begins and routes what it lets pass. Returns how much was used of `rest`, which follows the head. With held_
// set the head is to be left where it is.
size_t Connection::PassGate(const HeadFacts& facts, http::RequestHead* head, Origin* origin, std::string_view rest, bool* progress) {
  std::optional<Admission> admission = AskGate(*head, facts.bytes, *origin, facts.has_body ? facts.declared_length : 0);
  if (held_) {
    *progress = false;
    return 0;
  }
  Exchange* exchange = BeginExchange(*head, *origin, facts);
  held_since_ms_ = 0;
  if (exchange == nullptr) return 0;
  std::string_view passed = facts.bytes;
  std::string changed;
  if (admission) {
    if (admission->verdict != nullptr && admission->status == 0) passed = ChangeHead(passed, &*admission, head, origin, &changed);
    if (!TakeAdmission(exchange, &*admission)) return 0;
  }
  return Forward(exchange, *head, passed, *origin, rest);
}

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
  GateRequest request{facts, host, declared_length, base::MonotonicNs(), paid_};
  // Whoever is sent elsewhere need not say first who he is, least of all in clear.
  request.asks_identity = !listening_.redirects && io_.router().ServesHost(host);
  Admission admission = io_.options().gate->Admit(request, io_.counters());
  paid_ = false;
  constexpr int64_t kNsPerMs = 1'000'000;
  if (admission.status == 0 && admission.delay_ns >= kNsPerMs) HoldHead(admission.delay_ns / kNsPerMs);
  else if (admission.verify != nullptr) AwaitVerdict(&request, origin, &admission);
  if (!held_) DropVerification();
  return admission;
}

// Asks the checker, or takes what it has said. With held_ set it has not said anything yet.
void Connection::AwaitVerdict(GateRequest* request, const Origin& origin, Admission* admission) {
  const std::shared_ptr<VerifyRule> rule = std::move(admission->verify);
  if (verification_ != nullptr && verification_->rule() != rule.get()) DropVerification();  // of a configuration that was
  std::shared_ptr<const auth::AccessVerdict> verdict;
  if (verification_ == nullptr) {
    const VerifiedRequest verified{request->facts.head, request->facts.head_bytes, &origin, queue::ToIpAddress(peer_),
                                   &request->facts};
    verdict = io_.verifier().Ask(this, rule, verified, &verification_);
  }
  if (verification_ != nullptr) verdict = verification_->verdict();
  if (verdict == nullptr) {
    const int64_t left_ms = verification_->deadline_ms() - io_.now_ms();
    if (left_ms > 0) return HoldHead(left_ms);
    verdict = std::make_shared<const auth::AccessVerdict>(NoVerdict());
  }
  if (verdict->status != 0) {
    admission->status = verdict->status;
    admission->fields = verdict->fields;
    return io_.counters().denied.Add();
  }
  request->paid = true;
  request->asks_identity = false;
  *admission = io_.options().gate->Admit(*request, io_.counters());
  admission->user = verdict->user;
  admission->verify = rule;
  admission->verdict = verdict;
}

void Connection::OnVerdict() {
  if (held_) ReleaseHead();
}

void Connection::DropVerification() {
  if (verification_ == nullptr) return;
  io_.verifier().Drop(std::exchange(verification_, nullptr));
}

// The head with the fields that the checker gives it, written to *changed and parsed; `head_bytes` where it gives none. A head
// that cannot be read on is refused.
std::string_view Connection::ChangeHead(std::string_view head_bytes, Admission* admission, http::RequestHead* head,
                                        Origin* origin, std::string* changed) {
  if (admission->verify->copy.empty()) return head_bytes;
  *changed = HeadWith(*head, head_bytes, admission->verify->copy, admission->verdict->fields);
  // The field of the transfer coding was taken out: the message is decoded here.
  const http::BodyFraming framing = head->framing;
  if (!ParseAgain(*changed, head, origin)) admission->status = 500;
  head->framing = framing;
  return *changed;
}

// False: the exchange has its answer.
bool Connection::TakeAdmission(Exchange* exchange, Admission* admission) {
  body_limit_ = admission->body_limit;
  if (!admission->user.empty()) io_.NoteUser(exchange, admission->user);
  exchange->concurrency = std::move(admission->slot);
  if (admission->bandwidth.limited()) BandwidthOf(exchange) = admission->bandwidth;
  if (admission->status == 0) return true;
  SendStatus(exchange, admission->status, admission->fields, admission->status == 413);
  return false;
}

void Connection::HoldHead(int64_t delay_ms) {
  held_ = true;
  if (held_since_ms_ == 0) held_since_ms_ = io_.now_ms();
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
