// Sub-request authentication on one I/O thread: asks the checkers of rules, and wakes the connections whose requests wait for
// a verdict. The I/O thread's own.
//
//   Connection::AskGate ──Ask──► kept verdict ──────────────────────────────► at once
//                           ├──► upstream: a relay whose client this is ────► OnVerdict ─► the head is read again
//                           └──► view: a request without a client, whose answer a tap takes ─► the same
//
// DESIGN: the request waits as bytes in its connection's input (connection_gate.cc), so it costs no exchange, and its content
// is not read before it may pass. No JavaScript runs for a checker that is an upstream.
//
// V1: a verification has exactly one verdict; behind it its connection is called once, unless it has dropped it.
// V2: verifications die at the end of a turn: their relays may be in a call to them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/auth/access_verdict.h"
#include "native/proxy/client.h"
#include "native/proxy/relay.h"
#include "native/queue/record_writer.h"
#include "native/server/connection/answer_stages.h"
#include "native/server/connection/origin.h"
#include "native/server/gate/verify_rule.h"
#include "native/server/lanes/proxy_lane.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

class Connection;
class IoThread;
class VerdictTap;

// One question to a checker.
class Verification final : public proxy::Asker {
 public:
  Verification(Connection* connection, std::shared_ptr<VerifyRule> rule, std::string question, int64_t now_ms);
  ~Verification();

  const VerifyRule* rule() const { return rule_.get(); }
  int64_t deadline_ms() const { return deadline_ms_; }
  // Null until there is one.
  const std::shared_ptr<const auth::AccessVerdict>& verdict() const { return verdict_; }

  // ---- for Verifier ----
  void Begin(std::unique_ptr<proxy::Relay> relay);
  std::unique_ptr<AnswerTap> MakeTap();
  void Detach();
  void Settle(auth::AccessVerdict verdict);
  void TapEnded() { tap_ = nullptr; }

  // ---- proxy::Client: the checker's answer ----
  void Answer(uint16_t status, std::string_view lines, bool has_date, std::string_view content, int64_t announced) override;
  void Start(uint16_t status, std::string_view lines, bool has_date, int64_t length) override;
  void Chunk(std::string_view content) override;
  void End(bool complete, std::string_view trailers) override;
  void Fail(uint16_t status) override;

 private:
  Connection* connection_;
  const std::shared_ptr<VerifyRule> rule_;
  const std::string question_;      // what its verdict is kept by
  const int64_t asked_ms_;
  const int64_t deadline_ms_;
  bool settling_ = false;           // inside the call that began it: the connection looks for itself
  std::shared_ptr<const auth::AccessVerdict> verdict_;
  auth::AccessVerdict read_;        // while content follows that nobody wants, so that the connection to the checker can be kept
  std::unique_ptr<proxy::Relay> relay_;
  VerdictTap* tap_ = nullptr;       // of the request to a view, while it lives
  uint64_t content_bytes_ = 0;
};

// A request that is to be verified. Views live during the call.
struct VerifiedRequest {
  const http::RequestHead* head;
  std::string_view head_bytes;
  const Origin* origin;
  base::IpAddress peer;                  // of the connection
  const variables::RequestFacts* facts;
};

class Verifier {
 public:
  explicit Verifier(IoThread& io);
  ~Verifier();

  // A verdict that is kept; else null, and *pending is a question whose verdict may be there already. `connection` drops it, once.
  std::shared_ptr<const auth::AccessVerdict> Ask(Connection* connection, const std::shared_ptr<VerifyRule>& rule,
                                                 const VerifiedRequest& request, Verification** pending);
  void Drop(Verification* verification);

  // ---- the turn ----
  // Sends what views are asked.
  void AskViews();
  void EmptyGraveyard();

 private:
  struct ViewRequest {
    Verification* verification;
    std::string head;
    queue::PeerAddress peer;
    bool tls;
  };
  void AskUpstream(Verification* verification, const ProxyLane::Upstream& upstream, std::string text,
                   const VerifiedRequest& request);

  IoThread& io_;
  const proxy::RuleSpec relay_rule_;
  std::vector<ViewRequest> views_;       // of this turn
  std::vector<Verification*> retired_;
};

}  // namespace fastserve::server
